"""The patient strip: the slices of one patient beside each other, below the image."""
