"""The Settings window: a list of pages, and a file per page."""
