"""The demo book: one definition for the demo server, the tests and the docs."""
