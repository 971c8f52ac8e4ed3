"""What readers keep fixing, and which settings would have saved it."""
