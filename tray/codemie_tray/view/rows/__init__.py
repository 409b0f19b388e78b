"""Rows of the menu, by what they are about. Pure, like the view."""
