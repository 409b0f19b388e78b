"""Shell scripts that run on the user's machine when a package is installed or removed."""
