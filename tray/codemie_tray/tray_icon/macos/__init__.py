"""The tray on macOS, on pystray's class and AppKit."""
