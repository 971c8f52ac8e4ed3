"""The part of the compare panel in which two masks are chosen and their difference is walked."""
