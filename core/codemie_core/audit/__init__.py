"""What `doctor` looks at: each file of this room is one kind of check and yields findings."""
