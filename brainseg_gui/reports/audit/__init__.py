"""Where network and reference disagree, and who is wrong."""
