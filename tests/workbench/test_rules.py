"""评分办法: rules beyond the usual ones, as rows; what they make, and what is wrong with them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.workbench.build import DRAFT, RULES, content, faults
from xlfz.errors import Refused
from xlfz.scheme import Ceiling
from xlfz.workbench import rules
from xlfz.workbench.reading import read
from xlfz.workbench.rules import default_rows, merged
from xlfz.workbench.tables import SCHEME

if TYPE_CHECKING:
    from xlfz.excel.content import BookContent
    from xlfz.workbench.draft import Row


def written(*rows: Row) -> BookContent:
    """The small workbook with these rules besides."""
    return content(replace(DRAFT, scheme=merged(default_rows(), (*RULES, *rows))))


WEIGHTED: tuple[Row, ...] = (
    {"规则": "取分", "结果": "加权"},
    {"规则": "自评权重", "数值": 0.3},
    {"规则": "考核权重", "数值": 0.7},
)
CHAPTERS: tuple[Row, ...] = (
    {"规则": "章节权重", "对象": "一、甲", "数值": 0.6},
    {"规则": "章节权重", "对象": "二、乙", "数值": 0.4},
)


def test_every_rule_can_be_chosen() -> None:
    """The dropdown of the sheet and the rules that are read are the same."""
    assert set(SCHEME.field("rule").choices) == {rule.name for rule in rules.RULES}


def test_every_rule_reaches_the_scheme() -> None:
    """Read back as they were written."""
    scheme = read(
        written(
            *WEIGHTED,
            *CHAPTERS,
            {"规则": "扣分制", "对象": "二、乙"},
            {"规则": "等级比例", "对象": "优秀", "数值": 0.3},
            {"规则": "加分上限", "数值": 3},
            {"规则": "减分上限", "数值": 4},
            {"规则": "章节上限", "对象": "一、甲", "数值": 80},
            {"规则": "组内排名", "结果": "群组"},
            {"规则": "一票否决", "对象": "重大事故", "条件": ">=", "数值": 1},
        )
    ).scheme
    assert (scheme.source, scheme.weights) == ("加权", (0.3, 0.7))
    assert scheme.chapter_weights == (("一、甲", 0.6), ("二、乙", 0.4))
    assert (scheme.deducts("★1", "二、乙"), scheme.deducts("1", "一、甲")) == (True, False)
    assert [g.share for g in scheme.grades] == [0.3, None, None]
    assert (scheme.bonus_cap, scheme.penalty_cap) == (3.0, 4.0)
    assert scheme.chapter_caps == (("一、甲", 80.0),)
    assert scheme.team_by == "群组"
    assert scheme.ceilings[-1] == Ceiling("重大事故", 1.0, "合格", veto=True)


@pytest.mark.parametrize(
    ("extra", "says"),
    [
        (WEIGHTED[:1], "要写“自评权重”和“考核权重”"),
        ((*WEIGHTED[:2], {"规则": "考核权重", "数值": 0.6}), "之和应为 1，现为 0.9"),
        ((*WEIGHTED[1:2],), ""),
        (({"规则": "自评权重", "数值": 1.5},), "不能超过 1"),
        ((CHAPTERS[0], {**CHAPTERS[1], "数值": 0.3}), "之和应为 1，现为 0.9"),
        (({"规则": "章节权重", "对象": "一、甲", "数值": 1},), "“二、乙”没有写权重"),
        (({"规则": "章节上限", "对象": "三、丙", "数值": 5},), "没有一级指标“三、丙”"),
        (({"规则": "章节上限", "对象": "一、甲", "数值": 5},) * 2, "重复"),
        (({"规则": "扣分制", "对象": "99"},), "没有编号或一级指标“99”"),
        (({"规则": "加分上限", "对象": "表彰", "数值": 5},), "没有二级指标是“表彰”的加分项"),
        (({"规则": "加分上限", "数值": 5},) * 2, "重复"),
        (({"规则": "等级比例", "对象": "特优", "数值": 0.3},), "没有“特优”这个等级"),
        (
            (
                {"规则": "等级比例", "对象": "优秀", "数值": 0.3},
                {"规则": "等级比例", "对象": "良好", "数值": 0.2},
            ),
            "比例含以上各等级",
        ),
        (({"规则": "组内排名", "结果": "片区"},), "应为 考核组、群组"),
        (({"规则": "一票否决", "对象": "事故", "条件": "<", "数值": 1},), "应写 >="),
    ],
)
def test_what_cannot_be_is_told_at_its_row(extra: tuple[Row, ...], says: str) -> None:
    """One fault, in words, on the sheet."""
    book = written(*extra)
    if not says:
        assert read(book).scheme.source == "考核优先"
        return
    found = faults(book)
    assert [code for code, _, _ in found] == ["E_WB_SCHEME"], found
    assert says in _words(book)


def _words(book: BookContent) -> str:
    with pytest.raises(Refused) as refused:
        read(book)
    return "".join(f.message for f in refused.value.findings)
