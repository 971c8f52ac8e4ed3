"""Dialogs on what was made elsewhere; imported when they are shown."""
