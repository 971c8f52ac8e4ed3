"""Every command in one table, and what is made from it."""
