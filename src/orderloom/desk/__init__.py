"""What a caller can ask for, each use-case one transaction."""
