"""What each operating system has for watching files."""
