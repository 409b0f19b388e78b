"""Groups the totals of the index by day, hour, agent, model, profile, project or session."""
