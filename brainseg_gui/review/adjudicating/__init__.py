"""A mask that is put together out of others."""
