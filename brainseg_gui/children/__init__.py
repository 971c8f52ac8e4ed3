"""The one base of child processes: start, watch, limit, end. It knows nothing of what they do."""
