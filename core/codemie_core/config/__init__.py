"""The configuration: the model, how it is read and edited, its history and its migrations."""
