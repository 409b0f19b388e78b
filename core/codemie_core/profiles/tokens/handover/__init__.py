"""What a program that `run` starts gets of a profile: variables, or a home of its own."""
