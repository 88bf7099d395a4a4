"""The rules of an incident: pure values and functions."""
