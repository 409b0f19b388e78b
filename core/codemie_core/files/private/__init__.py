"""Files and folders that belong to this program alone."""
