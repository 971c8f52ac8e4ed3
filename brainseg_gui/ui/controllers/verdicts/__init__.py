"""What is said of a slice, and of many at once."""
