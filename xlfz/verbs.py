"""Every verb that a button or the ribbon can ask for, declared once.

Gives the table from which the buttons on 首页, the ribbon of the add-in, the VBA audit and the
dispatchers of the faces are made. Knows nothing of what a verb does, nor of workbooks.
"""

from __future__ import annotations

from dataclasses import dataclass

GROUPS = ("准备", "下发", "回收", "汇总督办", "帮助")
"""The groups of the ribbon tab, in order."""
TAB = "指标汇总"
"""The ribbon tab."""


@dataclass(frozen=True, slots=True)
class Verb:
    """One verb. `id` is also the ribbon control's id, `image` one of Office's own pictures (imageMso).

    `sub` is the VBA procedure behind its button on 首页, empty when it is on the ribbon only.
    """

    id: str
    caption: str
    tip: str
    """One line, without a full stop."""
    help: str
    """What it does and what comes of it, whole sentences."""
    group: str
    image: str
    sub: str = ""
    emphasised: bool = False


VERBS = (
    Verb(
        "new",
        "新建工作台",
        "在选定的空文件夹里新建一个工作台",
        "新建工作文件夹和其中的工作台，建好后自动打开。",
        "准备",
        "FileNew",
    ),
    Verb(
        "import",
        "导入方案",
        "从责任分工方案文件导入指标",
        "读取方案文件，整理成指标和分工的草稿，每条都注明出处，核对后再用。",
        "准备",
        "ImportExcel",
    ),
    Verb(
        "workbench-check",
        "检查工作台",
        "核对设置、指标、单位和分工",
        "逐格核对工作台，有错的列出单元格和改法；没有错才能下发。",
        "准备",
        "AcceptInvitation",
        "XlfzCheckWorkbench",
    ),
    Verb(
        "generate",
        "生成填报表",
        "给每个单位生成一份填报表",
        "填报表写入“下发”文件夹，有上级单位的另有压缩包，同时生成责任分工表。",
        "下发",
        "ExportExcel",
        "XlfzGenerate",
    ),
    Verb(
        "open-forms",
        "打开下发",
        "打开“下发”文件夹",
        "看看生成了哪些填报表和压缩包。",
        "下发",
        "FileOpen",
    ),
    Verb(
        "open-duty",
        "责任分工表",
        "打开责任分工表",
        "看看每个单位牵头、负责和配合哪些指标。",
        "下发",
        "TableInsert",
    ),
    Verb(
        "check",
        "校验回收件",
        "逐格校验“回收”文件夹里的文件",
        "写出校验报告；需要修改的，在“退回”文件夹里有标注好的副本。",
        "回收",
        "DataValidation",
        "XlfzCheck",
    ),
    Verb(
        "open-report",
        "校验报告",
        "打开校验报告",
        "看看哪个文件的哪一格有什么问题、该怎么改。",
        "回收",
        "ReviewShowAllComments",
    ),
    Verb(
        "open-sentback",
        "打开退回",
        "打开“退回”文件夹",
        "把标注好的副本发回各单位修改。",
        "回收",
        "FileSendAsAttachment",
    ),
    Verb(
        "open-folder",
        "打开文件夹",
        "打开工作台所在的文件夹",
        "收到的填报表原样放进其中的“回收”文件夹。",
        "回收",
        "FileOpen",
        "XlfzOpenFolder",
    ),
    Verb(
        "consolidate",
        "汇总",
        "校验并汇总，写出汇总表",
        "校验通过的汇入汇总表，旧表存入“历史”，已录入的考核意见保留；可反复运行。",
        "汇总督办",
        "AutoSum",
        "XlfzConsolidate",
        emphasised=True,
    ),
    Verb(
        "open-summary",
        "打开汇总表",
        "打开最近一次的汇总表",
        "看看总览、排名、得分和明细。",
        "汇总督办",
        "ChartInsert",
        "XlfzOpenSummary",
    ),
    Verb(
        "remind",
        "催报",
        "给未报和待改的单位写催报函和督办单",
        "催报函列明缺什么、错在哪，督办单按轻重分三色，都在“通知”文件夹里，可改后印发。",
        "汇总督办",
        "ReviewNewComment",
        "XlfzRemind",
    ),
    Verb(
        "status",
        "目前情况",
        "看看已报、待改、未报各多少",
        "在首页写明目前情况和下一步。",
        "汇总督办",
        "Refresh",
    ),
    Verb("help", "使用说明", "打开工作台的说明", "看看每张表怎么填、每一步怎么办。", "帮助", "Help"),
    Verb(
        "doctor",
        "检查环境",
        "检查本机能不能正常使用",
        "检查程序、加载项、宏设置和写入权限，每项不通过的都写明怎么办。",
        "帮助",
        "PropertySheet",
    ),
)
"""In the order of the ribbon, group by group."""

BUTTON_ORDER = (
    "workbench-check",
    "generate",
    "check",
    "consolidate",
    "remind",
    "open-folder",
    "open-summary",
)
"""The verbs that have a button on 首页, in order."""

BY_ID = {verb.id: verb for verb in VERBS}
"""Verb id -> verb."""


def buttons() -> tuple[Verb, ...]:
    """The verbs of the buttons on 首页, in order."""
    return tuple(BY_ID[verb] for verb in BUTTON_ORDER)
