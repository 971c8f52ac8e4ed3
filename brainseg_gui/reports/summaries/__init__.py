"""Many slices in few numbers."""
