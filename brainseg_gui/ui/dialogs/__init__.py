"""Everything that asks."""
