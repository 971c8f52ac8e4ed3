"""What the reader is doing: the session and the store of corrections. No Qt."""
