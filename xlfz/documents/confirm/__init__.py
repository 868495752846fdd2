"""导入核对.xlsx: what was understood of documents, written for a person to confirm, and read back."""

from xlfz.documents.confirm.lines import Document
from xlfz.documents.confirm.reading import Confirmation, read
from xlfz.documents.confirm.taking import added_draft, new_draft
from xlfz.documents.confirm.writing import Written, lay_out

__all__ = ["Confirmation", "Document", "Written", "added_draft", "lay_out", "new_draft", "read"]
