"""What reading sessions and counting usage cost."""
