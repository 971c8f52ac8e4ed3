"""What brings into a review what was made elsewhere."""
