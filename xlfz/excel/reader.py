"""The strict reader: the bytes of any workbook to a `BookContent`.

Takes bytes and looks at nothing but bytes to tell what they are; the name serves only to warn about
a wrong extension. Gives every cell that holds something, unjudged. Forbids half-read files: what
makes a reading doubtful raises `Refused`, what is odd but harmless is listed in `findings`.

.xlsx and .xlsm (and .et with the same inside) are read here with full fidelity; .xls, .xlsb and
.ods by `legacy`, which must run in a worker process that may die.
"""

from __future__ import annotations

import posixpath
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple, cast

from xlfz.errors import refuse
from xlfz.excel.content import BookContent, SheetContent
from xlfz.excel.legacy import check_ole, read_legacy
from xlfz.excel.package import HEAD, LIMITS, REFUSALS, Package, sniff
from xlfz.excel.sheet import read_sheet
from xlfz.excel.sheets import Tables
from xlfz.excel.strings import MAIN, shared_strings
from xlfz.excel.styles import cell_formats
from xlfz.findings import finding

if TYPE_CHECKING:
    from collections.abc import Callable

    from xlfz.excel.content import State
    from xlfz.excel.package import Limits
    from xlfz.findings import Finding

    Only = Callable[[str, State], bool]

_EXTENSIONS = {
    "xlsx": ("xlsx", "xltx", "et", "ett"),
    "xlsm": ("xlsm", "xltm", "xlam", "et", "ett"),
    "xls": ("xls", "xlt", "et", "ett"),
    "xlsb": ("xlsb",),
    "ods": ("ods", "ots"),
}
"""Format -> the extensions that promise it. 金山 .et is one or the other inside."""


def read_workbook(
    data: bytes, *, name: str = "", limits: Limits = LIMITS, only: Only | None = None
) -> BookContent:
    """Read a workbook: its sheets in order, hidden ones too, each with its state.

    `name` is the file's name, for warnings. `only(sheet name, state)` chooses the sheets to read;
    the others are left out, their parts still verified. Raises Refused and nothing else.
    """
    if len(data) > limits.file:
        raise refuse(finding("E_FILE_SIZE", MB=len(data) >> 20, 上限=limits.file >> 20))
    kind = sniff(data[:HEAD])
    if kind == "zip":
        book = _read_zip(data, limits, only)
    elif kind == "ole":
        macros = check_ole(data)
        book = read_legacy(data, "xls", limits=limits, only=only)
        if macros:
            book = replace(book, findings=(*book.findings, finding("W_MACRO")))
    else:
        raise refuse(finding(REFUSALS[kind]))
    return _compare_name(book, name)


def _compare_name(book: BookContent, name: str) -> BookContent:
    """Warn where the name hides what the file is."""
    extension = name.rpartition(".")[2].lower() if "." in name else ""
    if not extension or extension in _EXTENSIONS[book.format]:
        return book
    if book.format == "xlsm" and extension == "xlsx":
        found = tuple(finding("W_MACRO_HIDDEN") if f.code == "W_MACRO" else f for f in book.findings)
    else:
        found = (*book.findings, finding("W_EXT_MISMATCH", 真类型=book.format))
    return replace(book, findings=found)


def _read_zip(data: bytes, limits: Limits, only: Only | None) -> BookContent:
    package = Package(data, limits)
    if package.find("mimetype"):
        _check_open_document(package)
        return read_legacy(data, "ods", limits=limits, only=only)
    workbook = _workbook_part(package)
    if workbook.endswith(".bin"):
        if package.find("xl/workbook.xml"):
            # Two workbooks in one file: calamine would read the other one.
            raise refuse(finding("E_PKG_BROKEN"))
        package.verify_rest()
        _refuse_macro_sheets(package)
        book = read_legacy(data, "xlsb", limits=limits, only=only)
        macros = (finding("W_MACRO"),) if _has_macros(package) else ()
        return replace(book, findings=(*package.findings, *book.findings, *macros))
    return _read_open_xml(package, workbook, only)


def _check_open_document(package: Package) -> None:
    kind = package.read("mimetype").decode("ascii", "replace")
    if "opendocument.spreadsheet" not in kind:
        code = "E_NOT_SPREADSHEET_WORD" if "opendocument.text" in kind else "E_NOT_SPREADSHEET_OTHER"
        raise refuse(finding(code))
    locked: list[str] = []

    def start(tag: str, _: dict[str, str]) -> None:
        if tag.endswith("}encryption-data"):
            locked.append(tag)

    if manifest := package.find("META-INF/manifest.xml"):
        package.parse(manifest, start)
    if locked:
        raise refuse(finding("E_ENCRYPTED"))
    # calamine stops without a word where the XML breaks: then half a table would be read.
    if content := package.find("content.xml"):
        package.parse(content, start)
    package.verify_rest()


class _Relation(NamedTuple):
    """A relationship: `kind` is the last word of its type, `target` None when it leads outside."""

    kind: str
    target: str | None


def _relations(package: Package, source: str) -> dict[str, _Relation]:
    """The relationships of a part, by id, their targets as part names."""
    found: dict[str, _Relation] = {}
    folder, name = posixpath.split(source)
    key = package.find(f"{folder}/_rels/{name}.rels" if folder else f"_rels/{name}.rels")

    def start(tag: str, attributes: dict[str, str]) -> None:
        if not tag.endswith("}Relationship"):
            return
        if attributes["Id"] in found:
            raise refuse(finding("E_PKG_BROKEN"))
        target = attributes.get("Target", "").replace("\\", "/")
        # Seen from the root of the package; what climbs above it leads outside.
        path = posixpath.normpath(target if target.startswith("/") else posixpath.join(folder, target))
        outside = not target or attributes.get("TargetMode") == "External" or path.startswith("..")
        kind = attributes.get("Type", "").rpartition("/")[2]
        found[attributes["Id"]] = _Relation(kind, None if outside else path.lstrip("/"))

    if key:
        package.parse(key, start)
    return found


def _part(package: Package, relation: _Relation | None) -> str:
    """The part a needed relationship leads to."""
    if relation is None:
        raise refuse(finding("E_PKG_BROKEN"))
    if relation.target is None:
        raise refuse(finding("E_PKG_REL"))
    key = package.find(relation.target)
    if key is None:
        raise refuse(finding("E_PKG_BROKEN"))
    return key


def _workbook_part(package: Package) -> str:
    """The main part of a package, refused when it is not a workbook's."""
    names = package.names
    if "[content_types].xml" not in names:
        broken = any(name.startswith("xl/") for name in names)
        raise refuse(finding("E_PKG_BROKEN" if broken else "E_NOT_SPREADSHEET_ARCHIVE"))
    relations = _relations(package, "").values()
    main = next((relation for relation in relations if relation.kind == "officeDocument"), None)
    key = _part(package, main or _Relation("officeDocument", "xl/workbook.xml"))
    if key.startswith("word/"):
        raise refuse(finding("E_NOT_SPREADSHEET_WORD"))
    if key.startswith(("ppt/", "visio/")):
        raise refuse(finding("E_NOT_SPREADSHEET_OTHER"))
    return key


def _refuse_macro_sheets(package: Package) -> None:
    """Excel 4.0 macro sheets run without VBA and have no place in a form."""
    types: list[str] = []

    def start(_: str, attributes: dict[str, str]) -> None:
        types.append(attributes.get("ContentType", "").lower())

    package.parse("[content_types].xml", start)
    if any("macrosheet" in text for text in (*types, *package.names)):
        raise refuse(finding("E_XLM_MACRO"))


def _has_macros(package: Package) -> bool:
    return any(name.endswith("vbaproject.bin") for name in package.names)


def _refuse_dde(package: Package, relations: dict[str, _Relation]) -> None:
    """An external link may be a command to run; a link to another workbook is harmless here."""
    links = {name for name in package.names if name.startswith("xl/externallinks/") and name.endswith(".xml")}
    for relation in relations.values():
        if relation.kind == "externalLink" and relation.target:
            links.add(_part(package, relation))

    def start(tag: str, _: dict[str, str]) -> None:
        if tag.endswith(("}ddeLink", "}oleLink")):
            raise refuse(finding("E_DDE_LINK"))

    for link in sorted(links):
        package.parse(link, start)


class _Workbook:
    """What workbook.xml says: sheets in order and the date system."""

    def __init__(self) -> None:
        self.sheets: list[tuple[str, State, str]] = []
        """(name, state, relationship id)"""
        self.date1904 = False
        self.strict = False
        self._root = ""

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Expat's start handler."""
        namespace, _, name = tag.rpartition("}")
        if not self._root:
            self._root = name
            self.strict = namespace == MAIN[1]
            if name != "workbook" or namespace not in MAIN:
                raise refuse(finding("E_PKG_BROKEN"))
        if namespace not in MAIN:
            return
        if name == "workbookPr":
            self.date1904 = attributes.get("date1904") in ("1", "true")
        elif name == "sheet":
            state = attributes.get("state", "visible")
            if state not in ("visible", "hidden", "veryHidden"):
                raise ValueError(f"no such sheet state: {state}")
            identity = next((value for key, value in attributes.items() if key.endswith("}id")), "")
            self.sheets.append((attributes["name"], cast("State", state), identity))


def _read_open_xml(package: Package, workbook: str, only: Only | None) -> BookContent:
    book = _Workbook()
    package.parse(workbook, book.start)
    names = [name.lower() for name, _, _ in book.sheets]
    if not names:
        raise refuse(finding("E_PKG_BROKEN"))
    if len(set(names)) < len(names):
        raise refuse(finding("E_ZIP_DUPNAME"))
    relations = _relations(package, workbook)
    _refuse_macro_sheets(package)
    _refuse_dde(package, relations)
    found: list[Finding] = []
    if book.strict:
        found.append(finding("W_STRICT_OOXML"))
    macros = _has_macros(package)
    if macros:
        found.append(finding("W_MACRO"))
    styles = _named_part(package, relations, workbook, "styles", "styles.xml")
    if styles is None:
        found.append(finding("W_NO_STYLES"))
    strings = _named_part(package, relations, workbook, "sharedStrings", "sharedStrings.xml")
    tables = Tables(
        shared_strings(package, strings),
        cell_formats(package, styles),
        styles is not None,
        book.date1904,
        package.limits.cells,
    )
    sheets = tuple(
        _read_one(package, relations.get(identity), name, state, tables)
        for name, state, identity in book.sheets
        if only is None or only(name, state)
    )
    package.verify_rest()
    return BookContent(
        "xlsm" if macros else "xlsx",
        sheets,
        book.date1904,
        findings=(*package.findings, *found, *tables.findings),
    )


def _read_one(
    package: Package, relation: _Relation | None, name: str, state: State, tables: Tables
) -> SheetContent:
    key = _part(package, relation)
    if relation is not None and relation.kind in ("chartsheet", "dialogsheet"):
        return SheetContent(name, state, {})
    return read_sheet(package, key, name, state, tables)


def _named_part(
    package: Package, relations: dict[str, _Relation], workbook: str, kind: str, usual: str
) -> str | None:
    """A table of the workbook: by its relationship, else under its usual name, else none.

    Two different ones would give two readings of the same cells.
    """
    targets = {_part(package, relation) for relation in relations.values() if relation.kind == kind}
    if len(targets) > 1:
        raise refuse(finding("E_PKG_BROKEN"))
    return targets.pop() if targets else package.find(posixpath.join(posixpath.dirname(workbook), usual))
