"""The window that holds the parts."""
