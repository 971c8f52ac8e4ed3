"""What a mask is called when it leaves a review, and what is said of it."""
