"""What the patient strip shows, and what its slices say of each other."""
