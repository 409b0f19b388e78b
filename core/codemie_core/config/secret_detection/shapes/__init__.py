"""What secrets look like in a text: forms of keys, names before a value, users in an address."""
