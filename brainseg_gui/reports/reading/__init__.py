"""Where the figures of a report come from."""
