"""The behaviour of the Profiles window: files come in as values, and each click makes one change."""
