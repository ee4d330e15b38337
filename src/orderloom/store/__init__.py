"""The book on PostgreSQL; all SQL lives here."""
