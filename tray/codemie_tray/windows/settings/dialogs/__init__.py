"""The dialogs of the Settings window."""
