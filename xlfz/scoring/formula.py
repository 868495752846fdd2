"""A formula declared once, as the text that staff see, and what it yields: text and value.

Takes a formula as Excel spells it, with names in place of addresses:
`ROUND(得分*满分/基数,小数位数)`. Gives `text` (names replaced by the addresses of one cell; names left
out stay, as the workbook's defined names), `template` (the same for a whole column) and `value`
(computed by the same parse tree). Forbids a second spelling of the same rule in Python.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final, NamedTuple, cast

from xlfz.scoring.functions import FUNCTIONS, CellError, Result, Value, compare, number, text

_TOKEN = re.compile(
    r'\s*(?:(?P<string>"(?:[^"]|"")*")|(?P<number>\d+(?:\.\d+)?)|(?P<name>[^\W\d][\w.]*)'
    r"|(?P<operator><>|<=|>=|[-+*/&=<>(),]))"
)
_COMPARISONS: Final[dict[str, Callable[[int], bool]]] = {
    "=": lambda order: order == 0,
    "<>": lambda order: order != 0,
    "<": lambda order: order < 0,
    ">": lambda order: order > 0,
    "<=": lambda order: order <= 0,
    ">=": lambda order: order >= 0,
}

Names = Mapping[str, Value]
Compute = Callable[[Names], Value]


class _Token(NamedTuple):
    kind: str
    text: str


class Declared:
    """One declared formula. Raises ValueError at once when the declaration cannot be read."""

    def __init__(self, declaration: str) -> None:
        self._tokens = tuple(_tokens(declaration))
        self._compute = _Parser(self._tokens).parse()
        calls = {
            t.text for t, after in zip(self._tokens, self._tokens[1:], strict=False) if after.text == "("
        }
        self.names: Final = frozenset(t.text for t in self._tokens if t.kind == "name") - calls
        """The names that stand for cells and areas."""

    def text(self, **addresses: str) -> str:
        """Excel's text without `=`. A name without an address stays: it is one of the workbook's."""
        strange = addresses.keys() - self.names
        if strange:
            raise ValueError(f"the formula has no {'、'.join(sorted(strange))}")
        return "".join(addresses.get(t.text, t.text) if t.kind == "name" else t.text for t in self._tokens)

    def template(self, **addresses: str) -> Callable[..., str]:
        """`text` for many rows: addresses hold {} fields, `template(score="K{row}")(row=4)`."""
        return self.text(**addresses).format

    def value(self, names: Names | None = None, /, **values: Value) -> Result:
        """What the cell shows. An error value shows as its name (#DIV/0!)."""
        try:
            result = self._compute({**names, **values} if names else values)
        except CellError as error:
            return str(error)
        if isinstance(result, list | tuple):
            raise TypeError("a formula gives one value, not an area")
        # A formula that gives a blank cell shows 0.
        return 0.0 if result is None else cast("Result", result)


def _tokens(declaration: str) -> Iterator[_Token]:
    position, source = 0, declaration.rstrip()
    while position < len(source):
        match = _TOKEN.match(source, position)
        if match is None:
            raise ValueError(f"cannot read the formula from {source[position : position + 20]!r}")
        yield _Token(str(match.lastgroup), str(match[str(match.lastgroup)]))
        position = match.end()


class _Parser:
    """Recursive descent, in Excel's order: comparison, &, sum, product, sign."""

    def __init__(self, tokens: tuple[_Token, ...]) -> None:
        self.tokens = tokens
        self.position = 0

    def parse(self) -> Compute:
        result = self._comparison()
        if self.position != len(self.tokens):
            raise ValueError(f"unexpected {self.tokens[self.position].text!r} in the formula")
        return result

    def _peek(self) -> str:
        return self.tokens[self.position].text if self.position < len(self.tokens) else ""

    def _next(self) -> _Token:
        if self.position == len(self.tokens):
            raise ValueError("the formula ends too early")
        self.position += 1
        return self.tokens[self.position - 1]

    def _expect(self, wanted: str) -> None:
        if self._next().text != wanted:
            raise ValueError(f"the formula needs a {wanted!r} here")

    def _comparison(self) -> Compute:
        left = self._joined()
        while self._peek() in _COMPARISONS:
            holds = _COMPARISONS[self._next().text]
            left = _compared(left, self._joined(), holds)
        return left

    def _joined(self) -> Compute:
        left = self._sum()
        while self._peek() == "&":
            self._next()
            left = _joined(left, self._sum())
        return left

    def _sum(self) -> Compute:
        left = self._product()
        while self._peek() in ("+", "-"):
            left = _ARITHMETIC[self._next().text](left, self._product())
        return left

    def _product(self) -> Compute:
        left = self._signed()
        while self._peek() in ("*", "/"):
            left = _ARITHMETIC[self._next().text](left, self._signed())
        return left

    def _signed(self) -> Compute:
        if self._peek() != "-":
            return self._single()
        self._next()
        inner = self._signed()
        return lambda names: -number(inner(names))

    def _single(self) -> Compute:
        token = self._next()
        if token.kind == "string":
            literal = token.text[1:-1].replace('""', '"')
            return lambda _: literal
        if token.kind == "number":
            constant = float(token.text)
            return lambda _: constant
        if token.kind == "name":
            return self._call(token.text) if self._peek() == "(" else _looked_up(token.text)
        if token.text != "(":
            raise ValueError(f"unexpected {token.text!r} in the formula")
        inner = self._comparison()
        self._expect(")")
        return inner

    def _call(self, name: str) -> Compute:
        self._expect("(")
        arguments = [self._comparison()]
        while self._peek() == ",":
            self._next()
            arguments.append(self._comparison())
        self._expect(")")
        if name == "IF":
            return _if(*arguments)
        if name == "IFERROR":
            return _iferror(*arguments)
        if name not in FUNCTIONS:
            raise ValueError(f"{name} is not among the functions that our formulas may use")
        function = FUNCTIONS[name]
        return lambda names: function(*[argument(names) for argument in arguments])


def _looked_up(name: str) -> Compute:
    return lambda names: names[name]


def _compared(left: Compute, right: Compute, holds: Callable[[int], bool]) -> Compute:
    return lambda names: holds(compare(left(names), right(names)))  # type: ignore[arg-type]


def _joined(left: Compute, right: Compute) -> Compute:
    return lambda names: text(left(names)) + text(right(names))


def _divided(left: Compute, right: Compute) -> Compute:
    def compute(names: Names) -> Value:
        divisor = number(right(names))
        if divisor == 0:
            raise CellError("#DIV/0!")
        return number(left(names)) / divisor

    return compute


_ARITHMETIC: Final[dict[str, Callable[[Compute, Compute], Compute]]] = {
    "+": lambda a, b: lambda names: number(a(names)) + number(b(names)),
    "-": lambda a, b: lambda names: number(a(names)) - number(b(names)),
    "*": lambda a, b: lambda names: number(a(names)) * number(b(names)),
    "/": _divided,
}


def _if(condition: Compute, then: Compute, otherwise: Compute) -> Compute:
    return lambda names: then(names) if number(condition(names)) else otherwise(names)


def _iferror(wanted: Compute, instead: Compute) -> Compute:
    def compute(names: Names) -> Value:
        try:
            return wanted(names)
        except CellError:
            return instead(names)

    return compute
