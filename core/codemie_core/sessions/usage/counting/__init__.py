"""Adds up records of metrics files per session, model and quarter of an hour, in one process or several."""
