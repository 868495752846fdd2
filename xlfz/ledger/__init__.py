"""整改台账: every shortfall as a numbered item that stays until a verifier closes it.

Takes the ledger of the earlier summary as staff left it (`read`), a consolidation and the accepted
整改回执; gives the items with their history (`updated`) and their sheets (`Drawn`). Forbids closing
by itself: only 核验结论, 核验人 and 核验日期 together make an item 已销号.
"""

from xlfz.ledger.model import LEDGER, MEMORY, NO_ITEMS, NOTHING_BEFORE, Book, Earlier, Item, Said
from xlfz.ledger.reading import read
from xlfz.ledger.sheet import Drawn
from xlfz.ledger.update import updated

__all__ = [
    "LEDGER",
    "MEMORY",
    "NOTHING_BEFORE",
    "NO_ITEMS",
    "Book",
    "Drawn",
    "Earlier",
    "Item",
    "Said",
    "read",
    "updated",
]
