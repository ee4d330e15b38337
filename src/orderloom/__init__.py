"""One order book that speaks several vendors' order APIs at their original paths."""

__version__ = "0.1.0"
