"""From issued documents to a workbench: read and propose, have a person confirm, take what was confirmed.

`import_plan` reads documents in workers that may be killed and writes 导入核对.xlsx; `confirm` reads it
back and makes the workbench, or 工作台_导入 beside a workbench that is there. Forbids writing into a
workbench, taking rows that nobody confirmed, and zero tasks in silence.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from datetime import date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING

from xlfz.errors import Refused, refuse
from xlfz.excel.package import Limits
from xlfz.excel.reader import read_workbook
from xlfz.excel.writer import write
from xlfz.findings import Finding, finding
from xlfz.office import folder as folders
from xlfz.office.checking import Pool
from xlfz.office.imported import FILE, free, is_taken, remember
from xlfz.office.results import Confirmed, Imported
from xlfz.office.service import Office, no_progress
from xlfz.storage import RunLock, is_open, reason, write_atomic
from xlfz.workbench import reading, writing
from xlfz.workbench.redraft import redraft

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from xlfz.documents import confirm as book
    from xlfz.documents.model import Proposal
    from xlfz.excel.content import BookContent
    from xlfz.office.checking import Progress
    from xlfz.workbench.draft import Draft

STAGE = "读取方案"
BESIDE = "工作台_导入"
_SECONDS, _MEGABYTES = 240.0, 4096
"""For one document: old formats go through LibreOffice, which alone takes a gigabyte of addresses."""
_OWN_LIMITS = Limits(file=256 << 20, total=2 << 30, entry=1 << 30)
_LISTED = 5


def import_plan(
    paths: Iterable[str | Path],
    folder: str | Path | None = None,
    *,
    today: date | None = None,
    workers: int | None = None,
    executor: object | None = None,
    progress: Progress = no_progress,
) -> Imported:
    """Read plan documents and write 导入核对.xlsx into `folder` for a person to confirm.

    `folder` is a working folder, the workbench in it, or a new one; without it a new folder in the
    current one is named after the first document. Raises Refused when none of the documents gave a
    task, or the folder's workbench is faulty.
    """
    files = [Path(path) for path in paths]
    root = _root(files, folder)
    day = today or date.today()
    roster = office.workbench().roster if (office := _office(root, day)) else None
    pool = Pool(workers or os.cpu_count() or 1, executor, _SECONDS, _MEGABYTES, _log(root))
    documents = _read(files, pool, progress)
    findings = [f for document in documents for f in document.findings]
    if not any(document.rows for document in documents):
        raise Refused(findings)
    # Here: a worker that reads a document does not wait for what writes the workbook.
    from xlfz.documents import confirm as book

    made = book.lay_out(documents, roster, datetime.combine(day, time()))
    data = write(made.plan)
    with _folder_written(root), RunLock(root / folders.OWN):
        path = _write(root / FILE, data, findings)
    read = sum(1 for document in documents if document.rows)
    return Imported(tuple(findings), root, path, len(files), read, made.rows, made.materials, made.waiting)


def confirm(folder: str | Path = ".", *, today: date | None = None, macros: bool = True) -> Confirmed:
    """Take what a person confirmed in 导入核对.xlsx into a new workbench, or beside the one there.

    Rows that nobody confirmed, and every other fault of 导入核对, are findings of the result, and
    nothing is made. With `macros` a new workbench has buttons; one beside another is of its kind.
    Raises Refused when there is no 导入核对, or it cannot be read.
    """
    day = today or date.today()
    given = Path(folder)
    beside = given.name in folders.WORKBENCH_NAMES
    path = (given / FILE if given.is_dir() else given.with_name(FILE) if beside else given).resolve()
    root = path.parent
    data = _bytes(path, given)
    office = _office(root, day)
    # Where the workbench is gone, what was taken is gone with it.
    if office is not None and is_taken(root, data):
        raise refuse(finding("E_IMPORT_TAKEN", file=path.name))
    workbench = office.workbench() if office else None
    added: tuple[str, ...] = ()
    from xlfz.documents import confirm as book

    try:
        confirmed = book.read(_content(data, path.name), workbench.roster if workbench else None)
        if office is None or workbench is None:
            draft, findings = book.new_draft(confirmed, day.year)
            target = root / (folders.WITH_MACROS if macros else folders.WITHOUT_MACROS)
        else:
            own = _content(office.folder.workbench.read_bytes(), office.folder.workbench.name)
            old, added = redraft(own)
            draft, findings = book.added_draft(confirmed, old, workbench.roster)
            target = root / f"{BESIDE}{office.folder.workbench.suffix}"
    except Refused as refused:
        found = tuple(f.at(file=path.name) for f in refused.findings)
        if any(f.code in ("E_IMPORT_BOOK", "E_IMPORT_BOOK_OPEN") for f in found):
            raise Refused(found) from refused
        return Confirmed(found, root, None, 0, 0, 0, 0, beside=office is not None)
    findings = [f.at(file=path.name) for f in findings]
    with RunLock(root / folders.OWN):
        if office is None:
            folders.Folder(root, target).make()
        elif target.exists():
            target = free(root, target.name, "又")
        written, judged = _workbench(target, draft, day, findings)
        remember(root, data)
    if office is not None and workbench is not None:
        findings.append(_beside(written, office.folder.workbench, added))
    return Confirmed(
        (*findings, *judged),
        root,
        written,
        len(confirmed.indicators),
        len(confirmed.materials),
        sum(name.register for name in confirmed.names),
        confirmed.left_out,
        beside=office is not None,
    )


def _root(files: Sequence[Path], folder: str | Path | None) -> Path:
    """The folder to write into. Raises Refused (E_FOLDER_EXISTS) when its name is taken by others."""
    if folder is not None:
        given = Path(folder)
        return (given.parent if given.is_file() else given).resolve()
    root = Path(files[0].stem.strip() or files[0].name)
    if root.exists() and not (root.is_dir() and _ours(root)):
        raise refuse(finding("E_FOLDER_EXISTS", 名=str(root)))
    return root.resolve()


def _ours(root: Path) -> bool:
    names = {path.name for path in root.iterdir()}
    return not names or bool(names & {FILE, *folders.WORKBENCH_NAMES})


def _office(root: Path, today: date) -> Office | None:
    """The office of the folder, None when it has no workbench yet."""
    try:
        return Office(folders.locate(root), today=today)
    except Refused as refused:
        if {f.code for f in refused.findings} <= {"E_NO_WORKBENCH", "E_IMPORT_OPEN"}:
            return None
        raise


def _log(root: Path) -> Path | None:
    own = root / folders.OWN
    return own if own.is_dir() else None


def _read(files: Sequence[Path], pool: Pool, progress: Progress) -> list[book.Document]:
    """Every file as a document with its findings, in their order."""
    from xlfz.documents.confirm.lines import Document

    progress(STAGE, 0, len(files))
    made: dict[int, Document] = {}
    items: list[tuple[int, bytes, str]] = []
    for n, path in enumerate(files):
        try:
            items.append((n, _limited(path), path.name))
        except OSError as error:
            fault = finding("E_IMPORT_NO_FILE", file=path.name, 名=str(path), 原因=reason(error))
            made[n] = Document(path.name, None, (fault,))
        except Refused as refused:
            made[n] = Document(path.name, None, refused.findings)
    done = len(made)

    def advance(*_: object) -> None:
        nonlocal done
        done += 1
        progress(STAGE, done, len(files))

    for (n, _, name), outcome in zip(items, pool.run(_job, items, advance), strict=True):
        if outcome.finding is not None:
            made[n] = Document(name, None, (outcome.finding.at(file=name),))
        elif outcome.refused is not None:
            made[n] = Document(name, None, tuple(f.at(file=name) for f in outcome.refused.findings))
        else:
            proposal: Proposal = outcome.value
            made[n] = Document(name, proposal, tuple(f.at(file=name) for f in proposal.findings))
    return [made[n] for n in range(len(files))]


def _limited(path: Path) -> bytes:
    """The bytes of a file that is not larger than any plan. Raises OSError, Refused (E_FILE_SIZE)."""
    from xlfz.documents.reading import MAX_BYTES

    size = path.stat().st_size
    if size > MAX_BYTES:
        raise refuse(finding("E_FILE_SIZE", file=path.name, MB=size >> 20, 上限=MAX_BYTES >> 20))
    return path.read_bytes()


def _job(item: tuple[int, bytes, str]) -> Proposal:
    """In a worker: read one document and say what was understood. Raises Refused."""
    from xlfz.documents import propose
    from xlfz.documents.reading import read_document

    _, data, name = item
    return propose(read_document(data, name))


@contextmanager
def _folder_written(root: Path) -> Iterator[None]:
    try:
        root.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise refuse(finding("E_FOLDER_WRITE", 名=root.name, 原因=reason(error))) from error
    yield


def _write(path: Path, data: bytes, findings: list[Finding]) -> Path:
    """Write 导入核对; an earlier one, which may hold a clerk's work, is kept under a name of its own."""
    if path.is_file() and not is_open(path) and os.access(path, os.W_OK) and path.read_bytes() != data:
        kept = free(path.parent, path.name, "旧")
        path.rename(kept)
        findings.append(finding("I_IMPORT_KEPT", 名=kept.name, file=path.name))
    written = write_atomic(path, data)
    if written.finding is not None:
        if not written.saved:
            raise refuse(written.finding.at(file=path.name))
        findings.append(written.finding.at(file=path.name))
    return written.path


def _bytes(path: Path, given: Path) -> bytes:
    """The bytes of 导入核对. Raises Refused when it is not there or open elsewhere."""
    if not path.is_file():
        raise refuse(finding("E_IMPORT_NO_BOOK", 名=str(given)))
    if is_open(path):
        raise refuse(finding("E_IMPORT_NOT_SAVED", file=path.name))
    try:
        return path.read_bytes()
    except OSError as error:
        raise refuse(finding("E_IMPORT_BOOK_OPEN", file=path.name, 原因=reason(error))) from error


def _content(data: bytes, name: str) -> BookContent:
    try:
        return read_workbook(data, name=name, limits=_OWN_LIMITS)
    except Refused as refused:
        cause = next(f for f in refused.findings if f.severity == "error").message.rstrip("。")
        raise refuse(finding("E_IMPORT_BOOK_OPEN", file=name, 原因=cause)) from refused


def _workbench(
    target: Path, draft: Draft, today: date, findings: list[Finding]
) -> tuple[Path, list[Finding]]:
    """Write a workbench and read it back: where it is, and what it says of itself."""
    made = writing.plan(draft, datetime.combine(today, time()), macros=target.suffix == ".xlsm")
    data = write(made)
    written = write_atomic(target, data)
    if written.finding is not None:
        if not written.saved:
            raise refuse(written.finding.at(file=target.name))
        findings.append(written.finding.at(file=target.name))
    try:
        judged = reading.read(read_workbook(data, name=target.name, limits=_OWN_LIMITS)).findings
    except Refused as refused:
        judged = refused.findings
    return written.path, [f.at(file=written.path.name) for f in judged]


def _beside(written: Path, workbench: Path, added: Sequence[str]) -> Finding:
    """What to do with the workbench beside the old one, and what it has not got."""
    lost = (
        [f"自己加的列（{'、'.join(added[:_LISTED])}{' 等' if len(added) > _LISTED else ''}）"]
        if added
        else []
    )
    lost += ["自己加的宏"] if workbench.suffix == ".xlsm" else []
    name = workbench.name
    if lost:
        return finding("W_IMPORT_COPY", file=written.name, 名=written.name, 列表="、".join(lost), 原名=name)
    return finding("I_IMPORT_COPY", file=written.name, 名=written.name, 原名=name)
