"""The keyring of the operating system, asked in a process of its own with a time limit."""
