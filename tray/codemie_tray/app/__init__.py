"""The running tray: its start, its end, and what it does on a click."""
