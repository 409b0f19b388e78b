"""What it costs to read sessions and count usage."""
