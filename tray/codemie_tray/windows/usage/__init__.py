"""The Usage window: a chart of the days, and a table by day, model, project or agent."""
