"""How a sheet looks on the screen and on paper, told to an XlsxWriter worksheet.

Takes the sheet's plan and the worksheet; gives nothing. Knows no cell.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xlfz.excel import formats

if TYPE_CHECKING:
    from xlfz.excel.plan import Page, Sheet

_A4 = 9


def show(sheet: Sheet, target: Any) -> None:
    """The screen: panes, cursor, zoom, tab. Raises ValueError for a zoom that Excel does not have."""
    if sheet.freeze is not None and sheet.freeze != (1, 1):
        target.freeze_panes(sheet.freeze[0] - 1, sheet.freeze[1] - 1)
    target.set_selection(sheet.cursor[0] - 1, sheet.cursor[1] - 1, sheet.cursor[0] - 1, sheet.cursor[1] - 1)
    if not 10 <= sheet.zoom <= 400:
        raise ValueError(f"a zoom of {sheet.zoom} is not between 10 and 400")
    target.set_zoom(sheet.zoom)
    # 1 shows them on the screen only; 0 would print them too.
    target.hide_gridlines(1 if sheet.gridlines else 2)
    if sheet.tab:
        target.set_tab_color(formats.hashed(sheet.tab))
    if sheet.state == "hidden":
        target.hide()
    elif sheet.state == "veryHidden":
        target.very_hidden()
    if sheet.code_name:
        target.set_vba_name(sheet.code_name)
    # Codes and numbers are kept as text on purpose: no green corners.
    target.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})


def lay_out(page: Page, target: Any) -> None:
    """The paper: size, margins, repeated rows, header and footer. Raises ValueError for a longer one."""
    target.set_paper(_A4)
    if page.landscape:
        target.set_landscape()
    left, right, top, bottom = page.margins
    target.set_margins(left, right, top, bottom)
    target.center_horizontally()
    if page.fit_wide or page.fit_tall:
        target.fit_to_pages(page.fit_wide, page.fit_tall)
    if page.repeat is not None:
        target.repeat_rows(page.repeat[0] - 1, page.repeat[1] - 1)
    if page.repeat_columns is not None:
        target.repeat_columns(page.repeat_columns[0] - 1, page.repeat_columns[1] - 1)
    for text in (page.footer, page.header):
        if len(text) > 255:
            raise ValueError("a header or footer has more than 255 characters")
    if page.footer:
        target.set_footer(page.footer)
    if page.header:
        target.set_header(page.header)
    if page.area:
        target.print_area(page.area)
    if page.breaks:
        target.set_h_pagebreaks(list(page.breaks))
    if page.column_breaks:
        target.set_v_pagebreaks(list(page.column_breaks))
