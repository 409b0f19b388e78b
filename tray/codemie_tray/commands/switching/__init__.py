"""Shows and changes which profile is active."""
