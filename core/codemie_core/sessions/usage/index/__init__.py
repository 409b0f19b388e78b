"""What was counted before, in SQLite."""
