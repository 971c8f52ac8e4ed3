"""Looking at earlier masks, and going back to them."""
