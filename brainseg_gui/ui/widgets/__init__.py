"""Small parts: colours, icons, bands, fields."""
