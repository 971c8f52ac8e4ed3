"""NIfTI volumes, read slice by slice; nibabel is loaded when the first one is opened."""
