"""The only code that opens image files, and the atomic writing of results."""
