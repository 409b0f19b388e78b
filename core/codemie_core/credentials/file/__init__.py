"""The `.credentials` file: format, cipher, key derivation, and one slot per protector."""
