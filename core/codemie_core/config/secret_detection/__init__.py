"""What is a secret, and what is harmless and may be shown.

`classifier` answers it for a value in its field, `shapes` for a text, such as a line of a log. Neither is
imported before it is asked: `switch` and the icon do not wait for it.
"""
