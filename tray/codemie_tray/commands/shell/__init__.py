"""What a shell or a manual is given: completion."""
