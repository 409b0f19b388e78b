"""What `doctor` checks: each file in `checks/` is one kind of check and yields findings."""
