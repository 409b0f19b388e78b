"""Totals of the index -> what a person asks for: by day, hour, agent, model, profile, project or session."""
