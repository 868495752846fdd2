"""Exceptions carry findings: a rejection always says why."""

from __future__ import annotations

import pickle

import pytest

from xlfz.errors import Refused, XlfzError, refuse
from xlfz.findings import finding


def test_a_refusal_without_a_reason_cannot_be_made() -> None:
    """Neither an empty list nor one of warnings only."""
    with pytest.raises(ValueError, match="severity error"):
        Refused(())
    with pytest.raises(ValueError, match="severity error"):
        Refused((finding("W_DIM"),))


def test_a_refusal_says_its_errors_and_keeps_every_finding() -> None:
    """The text is for logs; the findings, warnings too, are for people."""
    found = (finding("W_DIM"), finding("E_ZIP_BROKEN"))
    refused = Refused(iter(found))
    assert refused.findings == found
    assert str(refused) == found[1].text


def test_a_refusal_crosses_a_process_border() -> None:
    """Workers send it back to the office."""
    refused = refuse(finding("E_FILE_SIZE", MB=30, 上限=20, file="回收/甲.xlsx"))
    back = pickle.loads(pickle.dumps(refused))  # noqa: S301 - as the pool does
    assert isinstance(back, Refused)
    assert back.findings == refused.findings
    assert str(back) == str(refused)


def test_one_except_catches_all_of_xlfz() -> None:
    """Scripts catch XlfzError."""
    with pytest.raises(XlfzError):
        raise refuse(finding("E_EMPTY_FILE"))
