"""What a configuration and its profiles are: values, and the two layouts of the file."""
