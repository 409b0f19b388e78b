"""What the store holds once it is open, and how that changes: values."""
