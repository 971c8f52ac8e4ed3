"""One file a command of brainseg-train."""
