"""CodeMie Tray: the profile of your AI coding CLI, one click away."""

__version__ = "0.1.0"
PROGRAM = "codemie-tray"
PRODUCT = "CodeMie Tray"
WINDOW_TITLE = f"{PRODUCT} notification area"
"""Name of the tray's hidden window on Windows, by which the installer finds it; WM_CLOSE ends the tray."""
