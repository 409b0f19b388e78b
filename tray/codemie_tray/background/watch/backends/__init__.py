"""Each operating system's way of watching files."""
