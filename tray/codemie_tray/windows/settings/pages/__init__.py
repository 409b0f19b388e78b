"""The pages of the Settings window."""
