"""The HTTP server: settings, the mount table, and what surrounds every request."""
