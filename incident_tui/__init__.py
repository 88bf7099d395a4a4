"""The war room in a terminal: protocol, log, messages and report of one incident."""

__version__ = "0.1.0"
