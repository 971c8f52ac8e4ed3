"""What another program did to an open review, and how its work goes on all the same."""
