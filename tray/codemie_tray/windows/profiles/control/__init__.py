"""What the Profiles window does: files come in as values, a click goes out as one change."""
