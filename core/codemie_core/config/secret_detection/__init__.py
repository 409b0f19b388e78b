"""Decides what is a secret, and what is harmless and may be shown.

`classifier` judges a value in its field, `shapes` a text, such as a line of a log. Both are imported only
when needed, to keep `switch` and the icon fast.
"""
