"""The slice on the screen, and the layers over it."""
