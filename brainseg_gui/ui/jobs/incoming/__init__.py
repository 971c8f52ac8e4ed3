"""Jobs that bring into a review what was made elsewhere."""
