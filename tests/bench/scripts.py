"""What the benchmark compares: the scripts an office would write, and xlfz, each for a fresh process.

`python scripts.py NAME FOLDER` runs one of them. FOLDER is a working folder with forms in 下发/ and
returns in 回收/; what the office's scripts write goes to FOLDER/对照/.
"""

from __future__ import annotations

import sys
from pathlib import Path


def openpyxl_generate(folder: Path) -> None:
    """Load the template, fill in the unit, save: once for each unit."""
    import openpyxl

    out = folder / "对照"
    out.mkdir(exist_ok=True)
    forms = sorted((folder / "下发").glob("*.xlsx"))
    template = forms[0]
    for form in forms:
        book = openpyxl.load_workbook(template)
        book["自评表"]["D2"] = form.name.partition("_")[0]
        book.save(out / form.name)


def xlfz_generate(folder: Path) -> None:
    """The same number of forms, with manifest and signature, from the workbench."""
    from xlfz.form import generate
    from xlfz.office.service import Office

    office = Office.open(folder)
    out = folder / "对照"
    out.mkdir(exist_ok=True)
    key, _ = office.folder.key()
    for form in generate.forms(office.workbench(), key, office.created):
        (out / form.name).write_bytes(form.data)


def pandas_consolidate(folder: Path) -> None:
    """Read both tables of every return with pandas, stack, pivot, rank, write four sheets. No checks."""
    import pandas as pd

    frames, materials = [], []
    for path in sorted((folder / "回收").glob("*.xlsx")):
        sheets = pd.read_excel(path, sheet_name=["自评表", "资料清单"], header=4, engine="openpyxl")
        for name, stack in (("自评表", frames), ("资料清单", materials)):
            frame = sheets[name]
            frame = frame[frame["编号"].notna()].copy()
            frame.insert(0, "单位", path.name.partition("_")[0])
            stack.append(frame)
    detail = pd.concat(frames, ignore_index=True)
    score = next(c for c in detail.columns if str(c).startswith("自评分"))
    detail[score] = pd.to_numeric(detail[score], errors="coerce")
    matrix = detail.pivot_table(index="单位", columns="编号", values=score, aggfunc="first", sort=False)
    totals = matrix.sum(axis=1).to_frame("总分")
    totals["排名"] = totals["总分"].rank(ascending=False, method="min")
    out = folder / "对照"
    out.mkdir(exist_ok=True)
    with pd.ExcelWriter(out / "汇总.xlsx", engine="openpyxl") as writer:
        totals.to_excel(writer, sheet_name="排名")
        matrix.to_excel(writer, sheet_name="得分")
        detail.to_excel(writer, sheet_name="明细", index=False)
        pd.concat(materials, ignore_index=True).to_excel(writer, sheet_name="资料", index=False)


def xlfz_consolidate(folder: Path) -> None:
    """The whole of `xlfz consolidate`, checks on, nothing cached."""
    from xlfz.office.service import Office

    result = Office.open(folder).consolidate()
    assert result.reported == result.units, result.counts()


if __name__ == "__main__":
    globals()[sys.argv[1]](Path(sys.argv[2]))
