"""The form of a profile as values: its fields, their problems, and where its token is."""
