"""Lines around what is to be changed."""
