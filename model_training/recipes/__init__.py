"""What decides the outcome of a training, in one file."""
