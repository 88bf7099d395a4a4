"""What a room asks for beyond itself, by what it is about."""
