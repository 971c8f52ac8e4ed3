"""What a review is made of."""
