"""Markdown documents read as protocols."""
