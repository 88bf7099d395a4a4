"""Widgets: values come in by reactives, answers go out as messages."""
