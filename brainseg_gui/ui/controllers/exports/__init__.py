"""What an export is about; loaded when the first one is asked for."""
