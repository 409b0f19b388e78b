"""Records of metrics files -> totals per session, model and quarter of an hour; in one process or two."""
