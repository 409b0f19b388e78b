"""Threads and processes beside the toolkit's loop: the worker, log cleaning, usage, keyrings."""
