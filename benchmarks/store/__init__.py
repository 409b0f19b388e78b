"""What operations on the configuration and the logs cost."""
