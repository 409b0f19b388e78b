"""What a benchmark returns, and how it is shown: on a terminal, as a page, as a chart."""
