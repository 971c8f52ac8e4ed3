"""Networks beside the one in use: they draw its masks once more, or say what these are worth."""
