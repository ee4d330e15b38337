"""What we measure ourselves with: Orderloom beside a floor that does the same SQL and nothing else."""
