"""What is done with slices that lie in one stack."""
