"""The command line: every verb works in scripts and pipes, and starts fast."""
