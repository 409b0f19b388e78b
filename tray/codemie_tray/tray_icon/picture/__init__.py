"""The icon: from its design to pixels."""
