"""What reports are made of: measures on their way to the review, and all of it back."""
