"""The life of the tray's process: one per session, waiting for a tray, crashing, restarting."""
