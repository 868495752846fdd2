"""The items of a plan as the option dictionaries that XlsxWriter takes.

Takes frozen items of `plan`, gives plain dictionaries; never touches a workbook and never imports
xlsxwriter, so that every rule about what Excel accepts can be tested on its own. Forbids what
Excel would repair or cut on opening: a rule that cannot be kept raises ValueError.
"""

from __future__ import annotations

from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

from xlfz.text import line_width, lines_needed

if TYPE_CHECKING:
    from collections.abc import Callable

    from xlfz.excel.plan import Chart, Comment, Conditional, Protection, Series, Style, Table, Validation

Options = dict[str, Any]

CHART_FONT = "宋体"
CHART_COLOURS = ("1F4E79", "7F9DB9", "A6A6A6", "C8A04A", "6B8E6B", "A05A5A", "4F81A5", "BFBFBF")
"""Series and slices without a colour of their own take these in turn."""
_GREY = "#595959"
_LINE = "#D9D9D9"

_LIST_LIMIT = 255
_PROMPT_TITLE_LIMIT, _PROMPT_LIMIT = 32, 255
_ERROR_TITLE_LIMIT, _ERROR_LIMIT = 32, 255
_ALIGN = {"left": "left", "center": "center", "right": "right", "justify": "justify"}
_VERTICAL = {"top": "top", "center": "vcenter", "bottom": "bottom"}
_COMMENT_WIDTH = 240
_COMMENT_CHARACTERS = 34
_COMMENT_LINE = 18


def hashed(colour: str) -> str:
    """1F4E79 -> #1F4E79. Raises ValueError for anything that is not RRGGBB."""
    if len(colour) != 6 or any(c not in "0123456789ABCDEFabcdef" for c in colour):
        raise ValueError(f"not a colour of the form RRGGBB: {colour!r}")
    return f"#{colour}"


def properties(style: Style) -> Options:
    """A style as the properties of a cell format."""
    options: Options = {
        "font_name": style.font,
        "font_size": style.size,
        "font_color": hashed(style.colour),
        "valign": _VERTICAL[style.vertical],
        "num_format": style.number,
        "locked": style.locked,
    }
    if not style.font.isascii():
        # Excel picks a wrong substitute for a missing Chinese font without the GB2312 charset.
        options["font_charset"] = 134
    for flag, name in (("bold", "bold"), ("italic", "italic"), ("wrap", "text_wrap"), ("shrink", "shrink")):
        if getattr(style, flag):
            options[name] = True
    if style.underline:
        options["underline"] = 1
    if style.fill:
        options |= {"pattern": 1, "fg_color": hashed(style.fill)}
    if style.border:
        options |= {"border": 1, "border_color": hashed(style.border)}
    if style.align != "general":
        options["align"] = _ALIGN[style.align]
    if style.indent:
        options["indent"] = style.indent
    if style.rotation:
        options["rotation"] = style.rotation
    return options


def difference(style: Style) -> Options:
    """A style as a conditional format: only what it says, for the rest the cell's own look stays."""
    options: Options = {}
    if style.bold:
        options["bold"] = True
    if style.italic:
        options["italic"] = True
    if style.underline:
        options["underline"] = 1
    if style.colour != "000000":
        options["font_color"] = hashed(style.colour)
    if style.fill:
        options["bg_color"] = hashed(style.fill)
    if not options:
        raise ValueError("the style of a conditional format changes nothing")
    return options


def conditional(rule: Conditional, format_of: Callable[[Style], object]) -> Options:
    """A conditional format; `format_of` makes the format of a style."""
    kinds = (bool(rule.formula), rule.scale is not None, bool(rule.bar))
    if sum(kinds) != 1:
        raise ValueError("a conditional format has either a formula, a scale or a bar")
    if rule.scale is not None:
        low, high = rule.scale
        return {"type": "2_color_scale", "min_color": hashed(low), "max_color": hashed(high)}
    if rule.bar:
        return {"type": "data_bar", "bar_color": hashed(rule.bar), "bar_solid": True, "data_bar_2010": True}
    if rule.style is None:
        raise ValueError("a conditional format by formula needs a style")
    return {
        "type": "formula",
        "criteria": equals(rule.formula),
        "format": format_of(rule.style),
        "stop_if_true": rule.stop,
    }


def equals(formula: str) -> str:
    """The formula with one leading =, as XlsxWriter wants rules and references."""
    return formula if formula.startswith("=") else f"={formula}"


def validation(rule: Validation) -> Options:
    """A data validation. Raises ValueError past Excel's limits, which it would drop in silence."""
    options: Options = {
        "validate": rule.kind,
        "input_title": _within(rule.prompt_title, _PROMPT_TITLE_LIMIT, "prompt title"),
        "input_message": _within(rule.prompt, _PROMPT_LIMIT, "prompt"),
        "error_title": _within(rule.error_title, _ERROR_TITLE_LIMIT, "error title"),
        "error_message": _within(rule.error, _ERROR_LIMIT, "error message"),
        "error_type": "stop" if rule.stop else "warning",
    }
    if rule.kind == "list":
        return options | {"source": _choices(rule)}
    if rule.kind == "custom":
        if not rule.source:
            raise ValueError("a custom rule needs a formula")
        return options | {"value": equals(rule.source)}
    return options | _range(rule)


def _choices(rule: Validation) -> list[str] | str:
    if bool(rule.options) == bool(rule.source):
        raise ValueError("a list needs either options or a source")
    if rule.source:
        return equals(rule.source)
    for option in rule.options:
        if "," in option or not option or option != option.strip():
            raise ValueError(f"an option cannot be empty, hold a comma or begin or end blank: {option!r}")
    length = len(",".join(rule.options))
    if length > _LIST_LIMIT:
        raise ValueError(f"the options have {length} characters, Excel takes {_LIST_LIMIT}: use a range")
    return list(rule.options)


def _range(rule: Validation) -> Options:
    low, high = _bound(rule.minimum), _bound(rule.maximum)
    if low is not None and high is not None:
        return {"criteria": "between", "minimum": low, "maximum": high}
    if low is not None:
        return {"criteria": ">=", "value": low}
    if high is not None:
        return {"criteria": "<=", "value": high}
    raise ValueError(f"a rule of kind {rule.kind} needs a minimum or a maximum")


def _bound(value: float | str | date | None) -> float | str | datetime | None:
    if isinstance(value, str):
        if not value.startswith("="):
            raise ValueError(f"a bound given as text is a formula and starts with =: {value!r}")
        return value
    if isinstance(value, date) and not isinstance(value, datetime):
        return datetime.combine(value, time())
    return value


def _within(text: str, limit: int, what: str) -> str:
    if len(text) > limit:
        raise ValueError(f"the {what} has {len(text)} characters, Excel takes {limit}: {text[:20]}…")
    return text


def protection(rule: Protection) -> Options:
    """What stays allowed. XlsxWriter turns these into the file's inverted flags (`sort="0"`: allowed)."""
    if not rule.password.isascii():
        # The hash Excel uses here is defined on single bytes only.
        raise ValueError("a sheet password must be ASCII")
    return {
        "sort": rule.sort,
        "autofilter": rule.filter,
        "format_columns": rule.format_columns,
        "format_rows": rule.format_rows,
        "format_cells": rule.format_cells,
        "insert_rows": rule.insert_rows,
        "delete_rows": rule.delete_rows,
        "select_locked_cells": rule.select_locked,
        "objects": rule.objects,
    }


def table(item: Table, columns: int) -> Options:
    """An Excel table of so many columns. Raises ValueError for headers Excel would repair."""
    if len(item.headers) != columns:
        raise ValueError(f"table {item.name}: {len(item.headers)} headers for {columns} columns")
    if not all(item.headers):
        raise ValueError(f"table {item.name}: every header needs a text")
    if len({header.lower() for header in item.headers}) != columns:
        raise ValueError(f"table {item.name}: two columns have the same header")
    return {
        "name": item.name,
        "style": item.style,
        "columns": [{"header": header} for header in item.headers],
    }


def comment(item: Comment) -> Options:
    """A note, as wide as it needs to be and tall enough to be read whole."""
    longest = max((line_width(line) for line in item.text.splitlines()), default=0)
    characters = min(max(longest + 1, 12), _COMMENT_CHARACTERS)
    lines = lines_needed(item.text, characters - 1)
    return {
        "author": item.author,
        "font_name": CHART_FONT,
        "font_size": 9,
        "width": round(_COMMENT_WIDTH * characters / _COMMENT_CHARACTERS),
        "height": lines * _COMMENT_LINE + 12,
    }


def chart_kind(chart: Chart) -> Options:
    """What kind of chart to add."""
    if chart.stacked and chart.kind in ("bar", "column"):
        return {"type": chart.kind, "subtype": "stacked"}
    return {"type": chart.kind}


def series(chart: Chart, index: int, item: Series, categories: list[Any], values: list[Any]) -> Options:
    """One series, with the values its cells have now: viewers that do not calculate draw from them."""
    colour = hashed(item.colour or CHART_COLOURS[index % len(CHART_COLOURS)])
    options: Options = {
        "name": item.name,
        "categories": equals(item.categories),
        "values": equals(item.values),
        "categories_data": categories,
        "values_data": values,
    }
    if chart.kind in ("pie", "doughnut"):
        slices = (CHART_COLOURS[i % len(CHART_COLOURS)] for i in range(len(values)))
        options["points"] = [{"fill": {"color": hashed(c)}, "border": {"color": "#FFFFFF"}} for c in slices]
    elif chart.kind == "line":
        options["line"] = {"color": colour, "width": 2.25}
        paint = {"color": colour}
        options["marker"] = {"type": "circle", "size": 5, "fill": paint, "border": paint}
    else:
        options["fill"] = {"color": colour}
        options["gap"] = 60
        if chart.stacked:
            options["overlap"] = 100
    if chart.labels:
        options["data_labels"] = _labels(chart)
    return options


def _labels(chart: Chart) -> Options:
    labels: Options = {"value": True, "font": chart_font(9)}
    if chart.kind == "pie":
        labels = {"value": True, "category": True, "separator": "\n", "position": "outside_end"}
        labels["font"] = chart_font(9)
    elif chart.kind == "line":
        labels["position"] = "above"
    elif chart.kind in ("bar", "column") and not chart.stacked:
        labels["position"] = "outside_end"
    elif chart.kind == "doughnut" or chart.stacked:
        labels["font"] = chart_font(9, "#FFFFFF")
    return labels


def chart_font(size: float, colour: str = _GREY, *, bold: bool = False) -> Options:
    """A font for the texts of a chart."""
    return {"name": CHART_FONT, "size": size, "color": colour, "bold": bold}


def category_axis(chart: Chart) -> Options:
    """The axis of the categories; bars read from top to bottom, like the cells they show."""
    axis: Options = {"num_font": chart_font(9), "line": {"color": _LINE}, "major_tick_mark": "none"}
    return axis | {"reverse": True} if chart.kind == "bar" else axis


def value_axis(chart: Chart) -> Options:
    """The axis of the values; bars and columns that carry labels need no numbers beside them."""
    axis: Options = {
        "num_font": chart_font(9),
        "line": {"none": True},
        "major_gridlines": {"visible": True, "line": {"color": _LINE, "width": 0.75}},
    }
    if chart.kind in ("bar", "column"):
        # Left to itself Excel may begin at 78%, and make 81% look like half of 84%.
        axis["min"] = 0
    if chart.y_title:
        axis |= {"name": chart.y_title, "name_font": chart_font(9)}
    if chart.labels and chart.kind in ("bar", "column") and not chart.stacked:
        axis |= {"visible": bool(chart.y_title), "major_gridlines": {"visible": False}}
    return axis
