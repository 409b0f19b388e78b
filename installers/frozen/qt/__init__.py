"""The part of Qt that the windows need, and nothing else of its packages."""
