"""A second network, asked how much the mask of the one in use deserves a look."""
