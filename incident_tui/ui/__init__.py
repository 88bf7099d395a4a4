"""The screen: Textual and Rich are imported only here."""
