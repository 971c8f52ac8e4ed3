"""What a run leaves on disk, and how far it came."""
