"""Notices that files changed, whoever changed them."""
