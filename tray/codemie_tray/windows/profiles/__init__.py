"""The Profiles window: the list, the form, and the sheet that adds a profile."""
