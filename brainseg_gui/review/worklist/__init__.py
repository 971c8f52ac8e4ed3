"""The list of slices: entries, filters, sorting, counts."""
