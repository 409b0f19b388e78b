"""What is inside `.credentials`: the format, the cipher, the key derivation and one slot per protector."""
