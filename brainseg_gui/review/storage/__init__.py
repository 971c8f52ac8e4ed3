"""The review on disk: the only code that knows SQLAlchemy."""
