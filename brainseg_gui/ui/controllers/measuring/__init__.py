"""What is measured of the slice on the screen, and shown of its measures."""
