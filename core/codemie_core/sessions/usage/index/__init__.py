"""What was counted before, kept in SQLite."""
