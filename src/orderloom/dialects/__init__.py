"""The vendors' order APIs, each in a folder of its own."""
