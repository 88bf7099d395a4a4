"""The screens: each a function of what it is given; they answer with messages."""
