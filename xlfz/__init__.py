"""xlfz: from a responsibility plan to a live summary workbook."""

__version__ = "0.1.0"
