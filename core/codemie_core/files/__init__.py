"""Files and folders: atomic and durable writes, locks, private folders, byte-preserving JSON."""
