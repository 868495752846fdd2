"""Documents: an issued plan in any format -> rows of indicators to be confirmed by a person."""
