"""What `brainseg-predict` needs for tens of thousands of slices."""
