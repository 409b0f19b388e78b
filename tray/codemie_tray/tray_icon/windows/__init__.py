"""The tray on Windows, on pystray's class and the Win32 API."""
