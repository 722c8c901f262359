"""The screening card, for notebooks and for the app."""
