"""Tasks followed month by month: lights, trends, who reported, as sheets of the summary."""
