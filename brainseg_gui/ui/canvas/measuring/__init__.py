"""What is drawn over a slice to measure it, and in its place."""
