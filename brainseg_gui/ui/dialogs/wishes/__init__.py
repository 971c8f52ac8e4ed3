"""Questions about how the files of a data set are read."""
