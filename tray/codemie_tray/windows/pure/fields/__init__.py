"""The form of a profile as values: its fields, what is wrong with them, where its token is."""
