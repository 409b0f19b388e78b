"""The store's file on disk: read, opened, held under a lock, checked against its pin."""
