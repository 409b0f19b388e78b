"""Benchmarks, side by side with other tools."""
