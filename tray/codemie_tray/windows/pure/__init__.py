"""What the windows show, as pure functions of values: no Qt, no files, no clock."""
