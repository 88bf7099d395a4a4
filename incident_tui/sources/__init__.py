"""Inward: what comes from outside and becomes events."""
