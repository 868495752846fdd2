"""Units as documents list them: who leads, who answers, who helps.

Takes the text behind a label or in a bracket; gives the names, each as printed, with its role where a
word says it (牵头, 负责, 配合). Forbids cutting a collective name (各市、州、县人民政府) or an office whose
own name holds 和 (文化和旅游部), and marks what names nobody (各有关部门).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from xlfz.documents.model import Found, Place
from xlfz.text import visible

if TYPE_CHECKING:
    from collections.abc import Iterable

    from xlfz.catalogue import Role

OPEN_WHY = "原文没有写明是哪些单位，请在“单位对照”里落实。"
UNFINISHED_WHY = "原文用“等”字收尾，名单没有写完，请补全。"
SUSPECT_WHY = "不像单位名称，请核对。"
JOINT_WHY = "原文写的是“会同”，请确认谁牵头、谁配合。"


@dataclass(frozen=True, slots=True)
class UnitName:
    """One name as printed. `role` None: no word says it. `why` is empty when it is beyond doubt."""

    name: str
    role: Role | None = None
    why: str = ""

    @property
    def open_ended(self) -> bool:
        """True for 各有关部门 and the like."""
        return open_ended(self.name)


@dataclass(frozen=True, slots=True)
class Duties:
    """The names of one assignment by role, in their order; `deadline` when the text holds one too."""

    names: tuple[UnitName, ...] = ()
    deadline: str = ""
    first_leads: bool = False
    """The text itself says 列第一位者为牵头单位."""

    def of(self, role: Role) -> tuple[UnitName, ...]:
        """The names in a role."""
        return tuple(u for u in self.names if u.role == role)


_PLACE = (
    r"(?:自治区|直辖市|自治州|自治县|自治旗|县级市|省直管县(?:（市）)?|县市区|市县区|县区|市县|区县|市区|"
    r"开发区|高新区|经开区|新区|示范区|功能区|园区|景区|街道|乡镇|镇街|镇乡|苏木|社区|行政村|"
    r"[省市州盟县区旗乡镇村地])"
)
_SEAT = (
    r"(?:党委|党工委|人民政府|政府|管委会|管理委员会|办事处|行政公署|行署|党委和政府|党委、政府|"
    r"人民政府办公室|政府办公室|两级政府|分管领导)"
)
_BRACKET = r"(?:[（(][^（）()]*[）)])?"
_COLLECTIVE = re.compile(rf"各?(?:直属|有关|相关)?(?:{_PLACE}{_BRACKET})+")
_COLLECTIVE_END = re.compile(rf"各?(?:有关|相关)?(?:{_PLACE}{_BRACKET})+{_SEAT}?{_BRACKET}")

SUFFIX = (
    r"(?:局|委|办|部|厅|署|院|馆|站|所|社|会|中心|公司|集团|银行|支行|人行|农行|工行|建行|中行|农发行|分行|大队|支队|总队|政府|管委会|党委|党组|"
    r"党工委|办公室|科|室|处|股|队|校|学院|大学|医院|协会|联合会|工会|团委|妇联|残联|科协|文联|侨联|社联|红十字会|"
    r"工商联|总工会|法院|检察院|机关|单位|部门|企业|机构|街道|办事处|乡|镇|区|县|市|州|旗|盟|村|社区|乡镇|"
    r"纪委|监委|政法委|党校|报社|电视台|台|海关|边检|网信办|编办|法制办|分局|国资委|卫健委|发改委|专班|"
    r"领导小组|指挥部|委员会|组|军分区|人武部|园区|开发区|库|厂|商会|基地|联社|系统|人员|网点|馆所|园|场|片区|"
    r"主体|平台公司|电信|移动|联通|铁塔|供电|邮政|兵团|中队|学校|各级|两级|人大|政协)"
)
_UNIT_END = re.compile(rf"{SUFFIX}(?:[（(][^（）()]*[）)])?$")
_OPEN = re.compile(
    r"^(?:国务院|市级|省级|县级|市直|省直|县直|区直|州直|市政府|省政府|局|其他|其它|本级|中央|国家|市|县|省|区|各级|各地)*"
    r"(?:各|其他|其它)?(?:有关|相关|其他|其它|涉及)"
)
_SPLIT_WORDS = re.compile(r"(以及|会同|和|及|与|或|并)")
_NOT_ALONE = re.compile(r"^(?:其|所属|下属|直属|所辖|相关|部分)")
_ETC = re.compile(
    r"等\s*(?:(?P<count>[\d一二三四五六七八九十]+\s*(?:个|家)\s*(?:部门|单位|成员单位)?)"
    r"|(?P<kind>(?:国务院|中央|国家|市直|省直|县直|区直|州直|市级|省级|县级|区级|市政府|省政府)?(?:各)?(?:有关|相关|职能|主管|责任|成员|执法|行政)*(?:部门|单位|科室|机构|方面))"
    r"|(?=$|按|负责|配合|参与|参加|协助|牵头|分别|共同|分工))"
)
_LEAD = re.compile(
    r"(?:为|是|作为|担任)(?:总?牵头|主办|主责)(?:单位|部门|科室)$"
    r"|(?:负责)?(?:分别|共同|联合|各自)*(?:统筹)?(?:总?牵头|主办|主抓)(?:负责|抓总|抓落实|落实|实施|组织实施|组织|推进|协调|制定)*$"
)
_RESPONSIBLE = re.compile(
    r"(?:(?:按照?|依据|根据)(?:各自)?(?:的)?(?:部门)?职[责能](?:分工)?|按分工|依职[责能]|根据职[责能])?"
    r"(?:分工|分别|各自|共同|具体|组织|抓好|抓|认真|切实|要|均|联合|协同)*"
    r"(?:负责|承办|主责|落实|实施|推进|完成|办理)+(?:落实|实施|推进|组织|到位|此项工作|本项工作)*$"
    r"|(?:按照?|依据|根据)(?:各自)?(?:部门)?职[责能](?:分工)?$"
    r"|(?:为|是|作为)(?:责任单位|责任部门)$"
)
_SUPPORT = re.compile(
    r"(?:(?:按照?|依据)(?:各自)?职[责能](?:分工)?)?(?:分工|分别|共同|积极|密切|要|做好|予以)*"
    r"(?:配合|协助|协办|协同|参与|参加|支持)(?:做好|实施|落实|负责|推进|配合|工作)*$"
    r"|(?:为|是|作为)(?:配合|协办|参与)(?:单位|部门)$"
)
_LEADING = re.compile(
    r"^(?:请|分别)?由|^(?:分别)由?|^(?:责任|牵头|配合|负责)(?:单位|部门)\s*(?:为|是)?[:：]?|^以"
)
_FIRST_LEADS = re.compile(
    r"(?:列|排|名列|排名|排序|位列)?(?:在)?(?:第一(?:位|个|名)?|首位|首个|最前面?|前面)(?:者|的|的单位|单位|部门|的部门)*"
    r"\s*(?:为|是|系|即为?|作为|均为|负责)\s*(?:总?牵头|主办|第一责任|主责)"
)
_MARKED = re.compile(r"[（(]\s*(?P<role>牵头|主办|主责|配合|协办|协助|参与|责任|负责)(?:单位|部门)?\s*[）)]$")
"""甲局（牵头）: the role behind a name."""
_NOBODY = re.compile(r"[—–─/／-]+|无|暂无")
_JOINTLY = re.compile(
    r"[（(]\s*(?:共同|联合|分别|均)(?P<role>牵头|主办|主责|配合|协办|协助|参与|责任|负责)(?:单位|部门)?\s*[）)]$"
)
"""甲局、乙局（共同牵头）: the role of every name before it."""
_ROLE_INSIDE = re.compile(r"[（(][^（）()]*(?:牵头|配合|负责)[^（）()]*[）)]")
_SAME_BELOW = re.compile(
    r"[（(][^（）()]*下同[^（）()]*[）)]|[，,]?\s*(?:以下简称[“\"].*?[”\"])?[，,]?\s*下同"
)


_EVERYONE = re.compile(
    r"(?:以下|下列|上述|具体|各项|所有|全部|其他|其余)*(?:任务|工作|措施|事项|内容)*[，,]?"
    r"(?:均|都)(?:需要|需|须|由|涉及|要求|应由|包括|为|要)+(?P<who>[^，,。；;]{2,40}?)"
    r"(?:共同|组织|具体|抓好|认真|分别)*(?:负责|落实|实施|配合|参与)*(?:的责任单位)?"
    r"[，,、]\s*(?:以下|下文|后文|文中)?(?:均|都)?不再(?:一一|逐一|逐项|单独|重复|分别|另行)*"
    r"(?:列出|列明|列示|列入|做分工|作分工|标注|注明|写明|说明|赘述|重复|列)(?:[，,]?下同)?\s*[。；;]?"
)
"""以下均需各县人民政府落实，不再列出: said once for all."""


def everyone(text: str) -> str:
    """Who answers for every task without being listed again; empty where the text says nothing of it."""
    match = _EVERYONE.search(text)
    return _tidy(match["who"]) if match else ""


def without_everyone(text: str) -> str:
    """The text without that rule."""
    return _EVERYONE.sub("", text) if "不再" in text else text


def first_leads(text: str) -> bool:
    """True for the standing rule that the unit named first leads (列第一位者为牵头单位)."""
    return bool(_FIRST_LEADS.search(text))


def open_ended(name: str) -> bool:
    """True for a name that names nobody: 各有关部门, 相关单位, 其他成员单位."""
    return bool(_OPEN.search(name))


def looks_like_unit(name: str) -> bool:
    """True when a name ends as names of offices, collectives and firms do."""
    return 2 <= len(name) <= 40 and bool(_UNIT_END.search(name)) and not re.search(r"[。！？:：]", name)


def units(text: str, place: Place | None = None) -> tuple[Found, ...]:
    """Every name of a list, split, as `Found` values; open-ended and doubtful ones are 存疑."""
    where = place or Place()
    return tuple(
        Found(u.name, where, visible(text), "存疑" if u.why else "确定", u.why) for u in duties(text).names
    )


def duties(text: str, default: Role | None = None, *, first_lead: bool = False) -> Duties:
    """An assignment: `A牵头，B、C按职责分工负责，D配合，2021年6月底前完成`.

    `default` is the role of names that no word gives one. With `first_lead` (the standing rule) the
    first of the names without a lead of their own leads.
    """
    from xlfz.documents.fields.deadlines import is_deadline

    told = first_lead or first_leads(text)
    plain = without_everyone(visible(text))
    for note in re.findall(r"[（(][^（）()]*[）)]", plain):
        if first_leads(note) or re.search(r"下同|以下简称|按职责|排名不分先后", note):
            plain = plain.replace(note, "")
    plain = _SAME_BELOW.sub("", plain).strip("。.；;，, ")
    plain = re.sub(r"(?<=牵头|负责|配合|参与|协助)、", "，", plain)  # 甲牵头、乙配合
    names: list[UnitName] = []
    waiting: list[UnitName] = []
    deadline = ""
    for segment in _segments(plain):
        if is_deadline(segment):
            # 6月底前出台相关政策，年内持续推进: both are the deadline as written.
            deadline = f"{deadline}，{segment}" if deadline else segment
            continue
        if first_leads(segment):
            told = True
            continue
        body, role = _role_of(segment)
        found = _names_in(body, role)
        if role is None:
            waiting += found
            continue
        # A、B，C负责: the names before belong to the same word.
        names += [_in_role(u, role) for u in waiting] + found
        waiting = []
    names += [_in_role(u, default) for u in waiting]
    names = [_in_role(u, default) for u in names]
    names = list({(u.name, u.role): u for u in reversed(names)}.values())[::-1]
    if told and names and not any(u.role == "牵头" for u in names):
        names[0] = replace(names[0], role="牵头")
    return Duties(tuple(names), deadline, told)


def cell_of(names: Iterable[str]) -> str:
    """Names as one cell of the workbench: with ；when one of them holds a separator itself."""
    kept = tuple(dict.fromkeys(names))
    if any(re.search("[、，,]", name) for name in kept):
        return "；".join(kept) + ("；" if len(kept) == 1 else "")
    return "、".join(kept)


def found_names(names: Iterable[UnitName], place: Place, text: str) -> Found | None:
    """Names of one role as the field of a row, None for none."""
    kept = tuple(names)
    if not kept:
        return None
    whys = tuple(dict.fromkeys(u.why for u in kept if u.why))
    value = cell_of(u.name for u in kept)
    return Found(value, place, visible(text), "存疑" if whys else "确定", "".join(whys))


def _in_role(unit: UnitName, role: Role | None) -> UnitName:
    return unit if unit.role else replace(unit, role=role)


def _segments(text: str) -> list[str]:
    """Parts between commas, semicolons and full stops outside brackets."""
    parts: list[str] = []
    depth = 0
    current = ""
    for char in text:
        depth += char in "（(《【[“"
        depth -= char in "）)》】]”"
        if depth <= 0 and char in "，,；;。\n":
            parts.append(current)
            current = ""
        else:
            current += char
    parts.append(current)
    return [part for part in map(visible, parts) if part]


def _role_of(segment: str) -> tuple[str, Role | None]:
    """A segment without its role word, and the role."""
    body = re.sub(r"\s+", "", segment)
    for pattern, role in ((_SUPPORT, "配合"), (_LEAD, "牵头"), (_RESPONSIBLE, "责任")):
        match = pattern.search(body)
        if match and match.start() > 0:
            rest = body[: match.start()]
            if role == "责任" and (both := _LEAD.search(rest)):
                return rest[: both.start()], "牵头"
            return rest, role  # type: ignore[return-value]
    return segment, None


def _names_in(text: str, role: Role | None) -> list[UnitName]:
    """The names of one segment; after 会同 they answer, and the one before it leads."""
    body = _LEADING.sub("", visible(text))
    jointly = _JOINTLY.search(body)
    if jointly and jointly.start():
        body, role = body[: jointly.start()], _role_named(jointly["role"])
    if role == "牵头" or role is None or "会同" not in body:
        return [_judged(name, role, why) for name, why in _split(body)]
    head, _, rest = body.partition("会同")
    leads = [_judged(name, "牵头", why or JOINT_WHY) for name, why in _split(head)]
    return leads + [_judged(name, "责任", why or JOINT_WHY) for name, why in _split(rest)]


def _judged(name: str, role: Role | None, why: str) -> UnitName:
    marked = _MARKED.search(name)
    if marked and marked.start():
        name = name[: marked.start()]
        role = _role_named(marked["role"])
    if not why and open_ended(name):
        why = OPEN_WHY
    if not why and (not looks_like_unit(name) or _ROLE_INSIDE.search(name)):
        why = SUSPECT_WHY
    return UnitName(name, role, why)


def _role_named(word: str) -> Role:
    return "牵头" if word in ("牵头", "主办", "主责") else "责任" if word in ("责任", "负责") else "配合"


def _split(text: str) -> list[tuple[str, str]]:
    """(name, why) of a list; `等有关部门` becomes the open-ended name 有关部门."""
    plain = re.sub(r"(?<=[一-鿿）)])\s+(?=[一-鿿])", " ", visible(text))
    pieces = [p for piece in _at_separators(plain) for p in _at_words(piece)]
    named: list[tuple[str, str]] = []
    for piece in pieces:
        match = _ETC.search(piece)
        # 高等院校, 同等学校: 等 inside a word is followed by what the pattern does not know.
        if match is None or piece.startswith("等"):
            name = piece.removeprefix("等") if match else piece
            named.append((_tidy(name), ""))
            continue
        head, rest = piece[: match.start()], piece[match.end() :]
        if match["count"] or not match["kind"]:
            named.append((_tidy(head), UNFINISHED_WHY))
        else:
            named.append((_tidy(head), ""))
            kind = match["kind"]
            named.append((kind if open_ended(kind) or len(kind) > 2 else f"有关{kind}", OPEN_WHY))
        named += _split(rest) if rest.strip() else []
    return [(name, why) for name, why in named if name and not _NOBODY.fullmatch(name)]


def _tidy(name: str) -> str:
    """A name without stray spaces between its characters and without a lone closing bracket."""
    name = re.sub(r"(?<=[一-鿿（(）)])\s+(?=[一-鿿（(）)])", "", name).strip("、，,；;。.:： ")
    if name.count("（") + name.count("(") < name.count("）") + name.count(")"):
        name = name.rstrip("）)")
    return name


def _at_separators(text: str) -> list[str]:
    """Split at 、and its like outside brackets, with collective names put together again."""
    parts: list[str] = []
    depth = 0
    current = ""
    for char in text:
        depth += char in "（(《"
        depth -= char in "）)》"
        if depth <= 0 and char in "、，,；;／/\n":
            parts.append(current)
            current = ""
        else:
            current += char
    parts.append(current)
    whole: list[str] = []
    for part in map(visible, parts):
        if not part:
            continue
        if whole and _goes_on(whole[-1], part):
            whole[-1] = f"{whole[-1]}、{part}"
            continue
        whole += _at_gaps(part)
    return whole


def _goes_on(name: str, part: str) -> bool:
    """True when a collective name (各区) goes on behind its separator (县级市人民政府)."""
    if not name.startswith("各") and "、" not in name and len(name) > 3:
        return False
    return bool(_COLLECTIVE.fullmatch(name.rpartition("、")[2]) and _COLLECTIVE_END.fullmatch(_head(part)))


def _head(part: str) -> str:
    """A part without its 等有关部门 and what follows 和."""
    return re.split(r"等|和(?=各|有关|相关)", part)[0]


def _at_gaps(part: str) -> list[str]:
    """`市教育局 市财政局` -> two names, when each side is one; a gap inside a name is none."""
    sides = part.split()
    if len(sides) > 1 and all(looks_like_unit(side) and len(side) >= 3 for side in sides):
        return sides
    return [part]


def _at_words(piece: str) -> list[str]:
    """Split at 和, 及, 与, 会同 where both sides are names of their own."""
    parts = _SPLIT_WORDS.split(piece)
    whole = [parts[0]]
    depth = _depth(parts[0])
    for at in range(1, len(parts), 2):
        word, right = parts[at], parts[at + 1]
        left = whole[-1]
        # What follows 和 may hold another 和 of its own: 省文化厅和省人力资源和社会保障厅.
        if depth == 0 and _two_names(left, word, "".join(parts[at + 1 :])):
            whole.append(right)
        else:
            whole[-1] = left + word + right
        depth += _depth(right)
    return whole


def _depth(text: str) -> int:
    return sum(text.count(c) for c in "（(") - sum(text.count(c) for c in "）)")


def _two_names(left: str, word: str, right: str) -> bool:
    if not right or (_NOT_ALONE.match(right) and not right.startswith("相关")):
        return False
    if not _UNIT_END.search(left) or not re.search(SUFFIX, right):
        return False
    # 各级党委和政府, 市委和市政府 of one place are one name where the second stands without its place.
    if word == "和" and re.match(r"(?:人民)?政府|党委", right):
        return False
    # 住房和城乡建设局 and the like never end in a suffix before 和, except by a character such as 市 or 区.
    if re.search(r"[市县区镇乡州]$", left) and not re.match(r"[各市县区省州]", right):
        return len(left) >= 3 and left.startswith("各")
    return word != "并"
