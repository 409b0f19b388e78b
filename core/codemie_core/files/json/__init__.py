"""JSON that keeps every byte it need not change."""
