"""The OS keyring, accessed through a separate process with a time limit."""
