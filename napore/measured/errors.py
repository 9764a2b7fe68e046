"""What is wrong with a user's file."""

__all__ = ["MeasuredDataError"]


class MeasuredDataError(ValueError):
    """A file that cannot be used; the message names the file, the column or line, and the remedy."""
