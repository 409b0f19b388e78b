"""The tray's own log, and the net that keeps secrets out of it."""
