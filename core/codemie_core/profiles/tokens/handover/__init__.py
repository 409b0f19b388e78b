"""Hands a profile to a program that `run` starts, as variables or in a private home."""
