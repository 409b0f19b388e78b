"""CodeMie Tray: the profile of your AI coding CLI, one click away."""

__version__ = "0.1.0"
PROGRAM = "codemie-tray"
PRODUCT = "CodeMie Tray"
