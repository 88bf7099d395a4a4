"""What is typed behind a slash: its verbs, how each is read, and the phrases in any line."""
