"""Tables of a plan document, proper ones and torn ones -> rows of indicators to be confirmed.

`propose_tables` is the one way in. Forbids silence: a table that gave no rows is named in a finding.
"""

from xlfz.documents.tables.propose import propose_tables

__all__ = ["propose_tables"]
