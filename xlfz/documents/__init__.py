"""Documents: an issued plan in any format -> rows of indicators to be confirmed by a person."""

from xlfz.documents.propose import propose

__all__ = ["propose"]
