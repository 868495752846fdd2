"""The workbench's sheets, each column declared once.

Gives the `Field`s of every sheet (title, type, required, choices, width, help). The same
declaration writes the header, the widths, the dropdowns and the prompts, reads the sheet and the
presets' CSV files back, words the errors and fills the 说明 sheet. Knows nothing of cells.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from xlfz.catalogue import KINDS, RECURRENCES, STATES
from xlfz.form.spec import COLUMN_TYPES, STRICTNESS, TABLE_TITLES
from xlfz.form.upward import UPWARD
from xlfz.workbench.model import POINTS_MODES, Settings

FieldType = Literal["text", "id", "number", "whole", "date", "choice", "choices", "names"]
"""text: anything; id: text that a spreadsheet must not turn into a date or a number; choices and
names: several in one cell."""

TYPE_WORDS: dict[FieldType, str] = {
    "text": "文字",
    "id": "文字",
    "number": "数字",
    "whole": "数字",
    "date": "日期",
    "choice": "选一项",
    "choices": "选一项或几项",
    "names": "名称，可填几个",
}

YES, NO = "是", "否"
PROVIDED, NOT_NEEDED = "提供", "不需提供"
ACTIVE, INACTIVE = "启用", "停用"
FORM_KINDS = ("自评表", "进展表")

SPARE_ROWS = 500
"""Rows below the data that have dropdowns and formats already."""


@dataclass(frozen=True, slots=True)
class Field:
    """One column of a sheet, or one row of 设置.

    `required_when` (field id, value): required only in rows where that field has that value.
    `default` is what an empty cell means. `unit` may stand behind a number (10分). `limit` is in
    characters, `width` in Excel's. A `derived` column is written by xlfz and never read.
    """

    id: str
    title: str
    type: FieldType = "text"
    required: bool = False
    required_when: tuple[str, str] | None = None
    choices: tuple[str, ...] = ()
    default: str = ""
    minimum: float | None = None
    maximum: float | None = None
    unit: str = ""
    limit: int = 1000
    width: float = 14.0
    help: str = ""
    derived: bool = False
    hidden: bool = False
    added: bool = False
    """Whether the column may be missing: workbenches made before it existed have not got it."""

    @property
    def range_text(self) -> str:
        """The range of a number as staff read it: `0 到 100`, `不小于 0（整数）`."""
        if self.minimum is not None and self.maximum is not None:
            words = f"{self.minimum:.15g} 到 {self.maximum:.15g}"
        elif self.minimum is not None:
            words = f"不小于 {self.minimum:.15g}"
        else:
            words = "正常大小"
        return f"{words}（整数）" if self.type == "whole" else words

    @property
    def needed_words(self) -> str:
        """必填, 选填, or when it is required."""
        if self.required:
            return "必填"
        if self.required_when:
            return f"“{self.required_when[1]}”的必填"
        return "自动" if self.derived else "选填"


@dataclass(frozen=True, slots=True)
class SheetSpec:
    """One sheet that is a table. `note` is the line below its title, `unique` the ids without doubles."""

    id: str
    title: str
    note: str
    fields: tuple[Field, ...]
    unique: tuple[tuple[str, ...], ...] = ()
    fixed_columns: int = 0
    """Columns that stay in sight when scrolling sideways."""
    starter_rows: int = 20
    """Bordered empty rows below the data."""
    dimmed: tuple[str, tuple[str, ...]] = ("", ())
    """(field id, values): rows that are shown grey, because they take no part."""

    def field(self, field_id: str) -> Field:
        """The field of that id. Raises KeyError."""
        for field in self.fields:
            if field.id == field_id:
                return field
        raise KeyError(field_id)

    @property
    def read(self) -> tuple[Field, ...]:
        """The fields that are read back."""
        return tuple(f for f in self.fields if not f.derived)

    def column(self, field_id: str) -> int:
        """Where xlfz writes the field, from 1."""
        return next(n for n, f in enumerate(self.fields, 1) if f.id == field_id)


_DEFAULTS = Settings()
_NAMES_HELP = "填单位名称、别名、群组或“单位对照”中的名称，多个用“、”隔开；名称本身带“、”的改用“；”隔开。"

SETTINGS: tuple[Field, ...] = (
    Field(
        "title", "工作名称", required=True, limit=60, default=_DEFAULTS.title,
        help="填报表、汇总表的标题，如“2026年度法治政府建设考核”。",
    ),
    Field("organ", "主办单位", limit=60, help="组织填报的单位全称。"),
    Field(
        "year", "年度", "whole", minimum=2000, maximum=2100, unit="年",
        help="四位年份，如 2026。“年底前”这类没写年份的时限按它推算。",
    ),
    Field(
        "round", "期次", "id", limit=20, default=_DEFAULTS.round,
        help="如 年度、第一季度、3月。每开始新一期要改，旧表因此不会混进来。",
    ),
    Field(
        "form_kind", "表单类型", "choice", choices=FORM_KINDS, default=_DEFAULTS.form_kind,
        help="指标考核用自评表，任务推进用进展表。",
    ),
    Field("start", "开始日期", "date", help="本期起始日，早于它的完成时间会被指出。如 2026-01-01。"),
    Field("due", "截止日期", "date", help="填报截止日，印在填报表和催报函上。如 2026-11-15。"),
    Field(
        "points_mode", "分值分配", "choice", choices=POINTS_MODES, default=_DEFAULTS.points_mode,
        help="留空：没填分值的项只报送、不打分。平均分配：没填分值的项平分余下的分值。",
    ),
    Field(
        "word_usual", "默认字数上限", "whole", minimum=1, maximum=32767, unit="字",
        default=str(_DEFAULTS.word_usual), help="情况说明类文字一般不超过的字数。",
    ),
    Field(
        "word_limit", "最高字数上限", "whole", minimum=1, maximum=32767, unit="字",
        default=str(_DEFAULTS.word_limit),
        help="情况说明类文字最多的字数；某项资料另有要求的，在“上报资料”表填写。",
    ),
    Field("password", "填报表保护密码", "id", limit=64, help="留空为不设密码，只防误改。请自己记好。"),
    Field("level", "级别", limit=20, help="只用某一级别的指标时写明，如 国家级。"),
    Field("declared_indicators", "声明指标数", "whole", minimum=0, maximum=99999, unit="项",
          help="来源文件自己说有多少项，用来核对录入是否齐全；没说的留空。"),
    Field("declared_first", "声明一级指标数", "whole", minimum=0, maximum=9999, unit="项", help="同上。"),
    Field("declared_second", "声明二级指标数", "whole", minimum=0, maximum=9999, unit="项", help="同上。"),
    Field("declared_points", "声明总分", "number", minimum=0, maximum=100000, unit="分",
          help="来源文件写明的总分，应与“评分办法”的满分一致；没写的留空。"),
    Field("declared_levels", "声明分级指标数", limit=200,
          help="各级别累计项数，如 国家级100、省级125、市级130；没有级别的留空。"),
    Field(
        "form_version", "表单版本", "whole", minimum=1, maximum=999, default=str(_DEFAULTS.form_version),
        help="下发以后又改了指标或填报项，把它加 1 再重新生成；用旧表报来的会注明。",
    ),
    Field(
        "report_day", "每月报送日", "whole", minimum=1, maximum=31, unit="日",
        default=str(_DEFAULTS.report_day),
        help="只用于进展表：本月的进展在下月几日前报送，晚于它的算迟报。",
    ),
    Field(
        "near_days", "黄灯天数", "whole", minimum=0, maximum=365, unit="天", default=str(_DEFAULTS.near_days),
        help="只用于进展表：离完成时限不足几天的任务亮黄灯。",
    ),
    Field(
        "command", "xlfz命令", "id", limit=400,
        help="一般留空。点按钮提示找不到 xlfz 命令时，填它的完整路径，如 C:\\xlfz\\xlfz.exe。",
    ),
)  # fmt: skip

COMMAND_NAME = "xlfz_command"
"""The name of the cell of the setting xlfz命令, which only the macros read."""

SETTINGS_SHEET = SheetSpec(
    "settings", "设置", "只改“填写内容”一列；各行不要删除。",
    (
        Field("name", "设置项", "id", required=True, limit=40, width=20),
        Field("value", "填写内容", width=44),
        Field("about", "说明", width=74, derived=True),
    ),
    unique=(("name",),), fixed_columns=1, starter_rows=0,
)  # fmt: skip

INDICATORS = SheetSpec(
    "indicators", "指标",
    "一行一项指标或任务。黄色格必须填写；灰色行是空缺或停用的，不下发。可插入行、筛选、排序，也可在右侧另加自己的列。",
    (
        Field("number", "编号", "id", required=True, limit=20, width=7,
              help="来源文件印的编号，如 86、(1)、★1；不能重复。填报表的每一行靠它对应。"),
        Field("level", "级别", limit=20, width=7, help="如 国家级、省级、市级；不分级别的留空。"),
        Field("kind", "类型", "choice", choices=KINDS, default=KINDS[0], width=6,
              help="指标、任务计入满分；加分、减分另计。留空按“指标”。"),
        Field("state", "状态", "choice", choices=STATES, default=STATES[0], width=6,
              help="启用的下发；空缺是来源文件没印出内容的行；停用的本期不用。留空按“启用”。"),
        Field("chapter", "一级指标", limit=200, width=13, help="一级指标或章名，与来源文件一致。"),
        Field("section", "二级指标", limit=200, width=14, help="二级指标或节名。"),
        Field("text", "指标内容", required_when=("state", "启用"), limit=2000, width=30,
              help="要做什么，写要点。"),
        Field("requirement", "工作要求", limit=2000, width=20, help="来源文件另有要求的写在这里。"),
        Field("thresholds", "量化要求", limit=2000, width=24,
              help="有约束力的数字，如 不超过5个工作日；不低于80%。"),
        Field("points", "分值", "number", minimum=0, maximum=100000, unit="分", width=7,
              help="本项分值。留空的不打分，或按“设置”平均分配。"),
        Field("proposal", "建议分值", "number", width=7, derived=True,
              help="由公式算出：没填分值的项平分余下分值时每项多少分，仅供参考。"),
        Field("lead", "牵头单位", "names", width=15, help=_NAMES_HELP),
        Field("responsible", "责任单位", "names", width=18, help=_NAMES_HELP),
        Field("supporting", "配合单位", "names", width=13, help=_NAMES_HELP),
        Field("deadline", "完成时限", limit=400, width=14,
              help="照来源文件写，如 2026年6月底前、每季度、长期坚持。"),
        Field("day", "截止日期", "date", width=12, help="完成时限读不出日期时在这里写明，如 2026-06-30。"),
        Field("recurrence", "频次", "choices", choices=RECURRENCES, width=8,
              help="一次性、每月、每季度、每半年、每年、长期，多个用“、”隔开。"),
        Field("note", "备注", width=14, help="来源文件的疑点等，不下发。"),
        Field("counts", "计分", "whole", width=8, derived=True, hidden=True),
        Field("pot", "分值归属", width=8, derived=True, hidden=True),
        Field("waiting", "待分项数", "whole", width=8, derived=True, hidden=True),
        Field("cents", "待分分值", "whole", width=8, derived=True, hidden=True),
    ),
    unique=(("number",),), fixed_columns=1, dimmed=("state", ("空缺", "停用")),
)  # fmt: skip

MATERIALS = SheetSpec(
    "materials", "上报资料", "一行一份资料，按指标编号对应；不填单位的由该指标的牵头、责任单位报送。",
    (
        Field("indicator", "指标编号", "id", required=True, limit=20, width=10, help="“指标”表中的编号。"),
        Field("index", "序号", "whole", required=True, minimum=1, maximum=999, width=7,
              help="同一指标下从 1 编起，不能重复。"),
        Field("name", "资料名称", required=True, limit=500, width=52,
              help="要报的资料；不需提供的也写“不需提供”。"),
        Field("lead", "牵头单位", "names", width=22, help="本项资料另有单位的填写，否则留空。" + _NAMES_HELP),
        Field("responsible", "责任单位", "names", width=22, help="同牵头单位。"),
        Field("word_limit", "字数上限", "whole", minimum=1, maximum=1000000, unit="字", width=10,
              help="对本项资料的字数另有要求时填写，否则按“设置”。"),
        Field("needed", "是否提供", "choice", choices=(PROVIDED, NOT_NEEDED), default=PROVIDED, width=11,
              help="来源文件写明不需提供的选“不需提供”。留空按“提供”。"),
        Field("note", "备注", width=36, help="不下发。"),
    ),
    unique=(("indicator", "index"),), fixed_columns=2,
)  # fmt: skip

UNITS = SheetSpec(
    "units", "单位", "一行一个填报单位。名称、别名、群组不能互相重名；“全体”指所有启用的单位，不用登记。",
    (
        Field("code", "单位编码", "id", required=True, limit=20, width=11,
              help="字母和数字，如 X01；不能重复，定了不要改。"),
        Field("name", "单位名称", "id", required=True, limit=60, width=28, help="单位全称，不能重复。"),
        Field("aliases", "简称别名", "names", width=28, help="文件里出现的其他叫法，多个用“、”隔开。"),
        Field("groups", "群组", "names", width=18,
              help="所属类别，如 乡镇街道、县直部门，可用在分工里；多个用“、”隔开。"),
        Field("parent", "上级单位", limit=60, width=20, help="主管单位或片区；填报表按它打成压缩包分发。"),
        Field("team", "考核组", limit=60, width=13, help="如 第一考核组。"),
        Field("contact", "联系人", limit=60, width=12),
        Field("phone", "联系电话", "id", limit=60, width=16),
        Field("state", "状态", "choice", choices=(ACTIVE, INACTIVE), default=ACTIVE, width=8,
              help="停用的单位不下发、不催报。留空按“启用”。"),
        Field("note", "备注", width=26),
    ),
    unique=(("code",), ("name",)), fixed_columns=2, dimmed=("state", (INACTIVE,)),
)  # fmt: skip

NAMES = SheetSpec(
    "names", "单位对照",
    "文件里的叫法对应名册中的谁。对应单位留空的，表示还没有落实到单位。",
    (
        Field("name", "名称", "id", required=True, limit=100, width=34,
              help="文件里的叫法，如 各乡镇(街道)。"),
        Field("targets", "对应单位", "names", width=52,
              help="名册中的单位名称、别名或群组，多个用“、”隔开。"),
        Field("note", "备注", width=46),
    ),
    unique=(("name",),), fixed_columns=1,
)  # fmt: skip

ITEMS = SheetSpec(
    "items", "填报项",
    "填报表里由单位填写的各列。可改列名、必填、字数、级别和填写说明，可另加自己的列；灰色行停用。",
    (
        Field("table", "所在表", "choice", required=True, choices=(*FORM_KINDS, TABLE_TITLES["materials"]),
              width=10, help="主表写本工作的表单类型，自评表或进展表。"),
        Field("id", "标识", "id", required=True, limit=30, width=13,
              help="自加的列用小写英文字母、数字和下划线，以字母开头；定了不要改。"),
        Field("title", "列名", required=True, limit=30, width=20,
              help="填报表上的列标题，同一张表内不能重复。"),
        Field("type", "类型", "choice", required=True, choices=COLUMN_TYPES, width=8),
        Field("required", "必填", "choice", choices=(YES, NO), default=NO, width=7, help="留空按“否”。"),
        Field("options", "可选项", "names", width=26, help="类型为“选择”的必填，用“、”隔开。"),
        Field("minimum", "最小值", "number", width=8, help="数字、整数的下限，没有的留空。"),
        Field("maximum", "最大值", "id", limit=20, width=8,
              help="数字、整数的上限，或写“分值”表示不超过本项分值。"),
        Field("limit", "字数上限", "whole", minimum=1, maximum=32767, unit="字", width=9,
              help="文字最多多少字。情况说明、字数两项留空时用“设置”的最高字数上限。"),
        Field("usual", "一般字数", "whole", minimum=1, maximum=32767, unit="字", width=9,
              help="一般不超过多少字。情况说明、字数两项留空时用“设置”的默认字数上限。"),
        Field("strictness", "级别", "choice", choices=STRICTNESS, default=STRICTNESS[0], width=8,
              help="错误：填错不能汇总。提醒：填错只提醒。停用：不下发。留空按“错误”。"),
        Field("help", "填写说明", limit=200, width=60,
              help="印在填表说明里。〔一般字数〕〔字数上限〕会换成本行的字数。"),
        Field("upward", "上报方式", "choice", choices=UPWARD, width=11,
              help="收到本表的单位怎样由下级汇总填本列（xlfz report-up）。自己填的写“留空”。", added=True),
    ),
    unique=(("id",),), fixed_columns=3, starter_rows=5, dimmed=("strictness", (INACTIVE,)),
)  # fmt: skip

SCHEME = SheetSpec(
    "scheme", "评分办法", "一行一条规则，写法见“说明”表。",
    (
        Field("rule", "规则", "choice", required=True, width=12, choices=(
            "满分", "取分", "自评权重", "考核权重", "扣分制", "缺项折算", "排名", "组内排名", "小数位数",
            "等级", "等级比例", "最低等级", "加分上限", "减分上限", "章节分值", "章节上限", "章节权重",
            "等级限制", "一票否决",
        )),
        Field("target", "对象", limit=200, width=38, help="等级名称、一级指标名称，或要计数的事项。"),
        Field("condition", "条件", "id", limit=10, width=8, help="等级、等级限制、一票否决写 >=。"),
        Field("value", "数值", "number", minimum=0, maximum=100000, unit="分", width=10),
        Field("result", "结果", limit=60, width=16),
        Field("note", "说明", width=58),
    ),
    fixed_columns=1, starter_rows=5,
)  # fmt: skip

SHEETS = (SETTINGS_SHEET, INDICATORS, MATERIALS, UNITS, NAMES, ITEMS, SCHEME)
"""In the order of the workbook."""

FRONT, GUIDE = "首页", "说明"

TITLE_ROW, NOTE_ROW, HEADER_ROW = 1, 2, 3
"""Where xlfz writes them; a sheet is read wherever its header stands."""


def setting(name: str) -> Field | None:
    """The setting of that title, None when there is none."""
    return next((f for f in SETTINGS if f.title == name), None)
