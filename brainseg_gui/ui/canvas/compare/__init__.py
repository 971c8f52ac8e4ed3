"""What is drawn to compare two masks: difference, legend, ring, swipe line, a second view."""
