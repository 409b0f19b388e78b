"""The tray's own log, and the safety net that keeps secrets out of it."""
