"""One thing that `doctor` looked at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from xlfz.findings import Finding

State = Literal["正常", "注意", "不行"]


@dataclass(frozen=True, slots=True)
class Check:
    """What was looked at, what was seen, and the finding where it is not as it should be."""

    name: str
    seen: str
    found: Finding | None = None

    @property
    def state(self) -> State:
        """正常, 注意 (works, with a limit) or 不行."""
        if self.found is None:
            return "正常"
        return "不行" if self.found.severity == "error" else "注意"

    @property
    def advice(self) -> str:
        """What is wrong and what to do; empty where nothing is."""
        return self.found.text if self.found else ""

    def as_dict(self) -> dict[str, str]:
        """For `--json`."""
        return {
            "name": self.name,
            "state": self.state,
            "seen": self.seen,
            "code": self.found.code if self.found else "",
            "message": self.found.message if self.found else "",
            "remedy": self.found.remedy if self.found else "",
        }
