"""What runs beside the window's thread."""
