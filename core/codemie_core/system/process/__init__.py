"""Processes: our own executable, environments, identity, signals, core dumps."""
