"""What is kept: credentials, earlier versions of the configuration, and its schema."""
