"""Pure helpers for what several faces meet on the wire."""
