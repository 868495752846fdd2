"""What xlfz raises, and nothing else.

Takes nothing, gives exception types, forbids carrying a bare string: every error that may reach a
person carries a `Finding`, so that it says what is wrong, where, and what to do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from xlfz.findings import Finding


class XlfzError(Exception):
    """Base of everything xlfz raises on purpose."""


class Refused(XlfzError):
    """Work on one file or one run could not go on; the findings say why.

    Raised for a single file by the readers and for a whole run by the office service. It always
    carries at least one finding of severity error: a rejection with an empty list is a defect.
    """

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(findings)
        if not any(f.severity == "error" for f in self.findings):
            raise ValueError("Refused needs at least one finding of severity error")
        super().__init__("; ".join(f.text for f in self.findings if f.severity == "error"))

    def __reduce__(self) -> tuple[type[Refused], tuple[tuple[Finding, ...]]]:
        return (Refused, (self.findings,))


def refuse(finding: Finding) -> Refused:
    """A `Refused` for one finding: `raise refuse(finding("E_ZIP_BROKEN"))`."""
    return Refused((finding,))
