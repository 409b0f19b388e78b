"""What a person installs: the frozen program, and packages of it for three systems."""
