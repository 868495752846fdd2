"""Paragraphs -> an outline.

Takes the paragraphs of a `Source`; gives an `Outline`. The nesting is that of the document itself: a
style of number met for the first time stands below the one before it, a style met again closes what
is deeper. Inside a paragraph a number counts only where it goes on with a list. Forbids losing text:
what belongs to no item is in `Outline.loose`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from xlfz.documents.fields import after_a_sentence, number_at, numbers_inside
from xlfz.documents.prose import forms
from xlfz.documents.prose.labels import label_at, labels_in
from xlfz.documents.prose.lines import lines, successors
from xlfz.documents.prose.outline import DASHED, UNNUMBERED, Item, Labelled, Outline, Piece
from xlfz.text import visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from xlfz.documents.fields import Number
    from xlfz.documents.model import Paragraph, Source


def outline(source: Source, *, points: bool = False) -> Outline:
    """The outline of a document. With `points`, 一是…二是… inside a paragraph are items too."""
    paragraphs = list(lines(source))
    longest = max((len(p.text) for p in paragraphs), default=0)
    one_line = longest > forms.LONG_LINE / 3 and 2 * longest > sum(len(p.text) for p in paragraphs)
    builder = _Builder(points, one_line)
    known = frozenset(
        label.word for p in paragraphs if (label := label_at(visible(p.text))) and len(label.word) >= 4
    )
    following = successors(paragraphs)
    for n, paragraph in enumerate(paragraphs):
        builder.paragraph(paragraph, known, following, n)
    return builder.finish()


class _Builder:
    """Puts items together paragraph by paragraph."""

    def __init__(self, points: bool, one_line: bool) -> None:
        self.points = points
        self.one_line = one_line
        self.items: list[Item] = []
        self.loose: list[Piece] = []
        self.stack: list[int] = []
        """Indices of the open items, from the top down."""
        self.last: dict[str, int] = {}
        """Style -> the last ordinal met in the open list of that style."""
        self.reached: dict[str, int] = {}
        """Style -> the last ordinal met anywhere."""
        self.orphans: list[Piece] = []
        """Text behind an item's labels: of nobody, or of an item without a number."""
        self.heading: Piece | None = None
        """The last short line without a number: a heading, if a list starts again behind it."""
        self.open_label: Labelled | None = None
        self.seen: set[str] = set()
        self.ended = False

    # -- one paragraph ---------------------------------------------------------------------

    def paragraph(
        self,
        paragraph: Paragraph,
        known: frozenset[str],
        successors: dict[tuple[str, int], list[tuple[int, int]]],
        position: int,
    ) -> None:
        text = paragraph.text
        if forms.FOOTER.search(visible(text)) and not number_at(text):
            self._end(Piece(visible(text), paragraph.place))
            return
        dash = forms.DASHES.match(text)
        if dash is not None and forms.SENTENCE_END.search(visible(text)):
            self._dash(Piece(visible(text[dash.end() :]), paragraph.place))
            return
        if self._listed(paragraph):
            return
        at = 0
        inside = False
        opened = False
        for number in self._marks(paragraph, successors, position):
            if visible(text[at : number.start]) or opened:
                self._stretch(text[at : number.start], paragraph, known, inline=inside, own=opened)
            inside = bool(visible(text[: number.start]))
            opened = True
            self._open(number, paragraph)
            at = number.end
        self._stretch(text[at:], paragraph, known, inline=inside, own=opened)

    def _listed(self, paragraph: Paragraph) -> bool:
        """True for a numbered line of a label's own list: 报送材料： above 1.目录 and 2.统计表."""
        label, number = self.open_label, number_at(paragraph.text)
        if label is None or label.kind != "materials" or number is None or not self.stack:
            return False
        words = visible(paragraph.text)
        if number.ordinal == 1:
            mine = not label.value
        else:
            before = number_at(label.value.rpartition("\n")[2])
            mine = before is not None and (before.style, before.ordinal + 1) == (number.style, number.ordinal)
        # Where the tasks' own count goes on alike, only the name of a material is one.
        if not mine or (self.last.get(number.style) == number.ordinal - 1 and not forms.PAPER.search(words)):
            return False
        self._extend(Piece(("\n" if label.value else "") + words, paragraph.place))
        return True

    def _end(self, piece: Piece) -> None:
        """A date alone, a page's foot: what follows is no item's text until the next number."""
        if self.stack and not self.items[self.stack[-1]].labels:
            pieces = self.items[self.stack[-1]].pieces
            # The signature stands right before its date.
            if len(pieces) > 1 and re.fullmatch(r"\d{4}年\d{1,2}月\d{1,2}日", piece.text):
                while (
                    len(pieces) > 1
                    and len(pieces[-1].text) <= 24
                    and not forms.SENTENCE_END.search(pieces[-1].text)
                ):
                    self.loose.append(pieces.pop())
        self.loose += [*self.orphans, piece]
        self.orphans = []
        self.open_label = None
        self.ended = True

    def finish(self) -> Outline:
        """The outline as it is when no paragraph is left."""
        return Outline(tuple(self.items), tuple(self.loose + self.orphans))

    def _marks(
        self,
        paragraph: Paragraph,
        successors: dict[tuple[str, int], list[tuple[int, int]]],
        position: int,
    ) -> Iterator[Number]:
        """The numbers of a paragraph that open items, in order; opening each is up to the caller."""
        text = paragraph.text
        first = number_at(text)
        after = 0
        if (
            first is not None
            and label_at(text[first.end :], bare=False) is None
            and not (self.ended and first.ordinal != 1 and self.last.get(first.style) != first.ordinal - 1)
            and (first.style != "一是" or self.points or self._own_lines(first, successors, position))
            and not (self.stack and not self.one_line and forms.all_in_one(text, first))
        ):
            yield first
            after = first.end
        long = len(text) > forms.LONG_LINE or (self.one_line and len(text) > forms.LONG_LINE / 3)
        listed = forms.listed(text, labels_in(text[after:], bare=False), after)
        for number in numbers_inside(text, after):
            if number.start < after or number.start in listed:
                continue
            strong = after_a_sentence(text, number.start)
            if number.style == "一是" and not (self.points and strong):
                continue
            if not self.one_line and number.style not in forms.INLINE_ALWAYS | {"一是"}:
                continue  # ①…②… inside a paragraph are points of its task
            # Behind a label's value the next task may begin without a stop: …2031年底前8.修桥。
            value = number.ordinal > 1 and bool(labels_in(text[: number.start]))
            if not strong and not ((long or value) and number.style in ("一、", "(一)", "1.")):
                continue
            if self._fits(number, successors, position):
                yield number

    def _fits(
        self, number: Number, successors: dict[tuple[str, int], list[tuple[int, int]]], position: int
    ) -> bool:
        """True when the number goes on with an open list, or starts one that goes on."""
        if number.ordinal == 1:
            if self.last.get(number.style) == 1:
                return False
            return any(spot > (position, number.start) for spot in successors.get((number.style, 2), ()))
        # Numbers may go on through the chapters: （二） … 3. after （一） … 2.
        before = (self.last.get(number.style), self.reached.get(number.style))
        return number.ordinal - 1 in before

    def _own_lines(
        self, number: Number, successors: dict[tuple[str, int], list[tuple[int, int]]], position: int
    ) -> bool:
        """True when 一是, 二是 … each begin a line of their own."""
        if number.ordinal > 1:
            return self.last.get(number.style) == number.ordinal - 1
        following = successors.get((number.style, 2), ())
        return any(spot[0] > position and spot[1] == 0 for spot in following) and not any(
            spot[0] == position for spot in following
        )

    # -- items -----------------------------------------------------------------------------

    def _open(self, number: Number, paragraph: Paragraph) -> None:
        """A new item: closes what is deeper, or goes below the open one."""
        self.open_label = None
        style = number.style
        if self.ended and number.ordinal == 1:
            # Behind a signature another document begins: the plan behind the notice that issues it.
            self.stack.clear()
            self.last.clear()
        self.ended = False
        heading = self.heading
        restart = number.ordinal == 1 and style in self.seen
        # Chapters of their own stand under no heading; a list does, where nothing else is above it.
        first = (
            number.ordinal == 1 and not self._above() and style not in ("一、", "章", "部分", "(一)", "条")
        )
        self._pop_dashes()
        beside = number.ordinal == 1 and bool(self.stack) and self.items[self.stack[-1]].style == "标题"
        self._pop_to(style)
        if heading is not None and (restart or first or beside) and not forms.DOCUMENT.search(heading.text):
            self._heading(heading)
        self.loose += self.orphans
        self.orphans = []
        self.heading = None
        self.seen.add(style)
        self._push(Item(number, style, 0, -1, where=paragraph.place))
        self.last[style] = self.reached[style] = number.ordinal

    def _dash(self, piece: Piece) -> None:
        """——…: an item without a number, below what is open and never above anything."""
        self.open_label = None
        heading = self.heading if not self.stack else None
        self._pop_dashes()
        if heading is not None and not forms.DOCUMENT.search(heading.text):
            self._heading(heading)
        self.loose += self.orphans
        self.orphans = []
        self.heading = None
        self._push(Item(None, DASHED, 0, -1, [piece]))

    def _above(self) -> bool:
        """True when something numbered is open."""
        return any(self.items[n].style != DASHED for n in self.stack)

    def _pop_dashes(self) -> None:
        while self.stack and self.items[self.stack[-1]].style == DASHED:
            self.stack.pop()

    def _pop_to(self, style: str) -> None:
        for depth, index in enumerate(self.stack):
            if self.items[index].style == style:
                for closed in self.stack[depth:]:
                    if self.items[closed].style != style:
                        self.last.pop(self.items[closed].style, None)
                del self.stack[depth:]
                return

    def _push(self, item: Item) -> None:
        item.parent = self.stack[-1] if self.stack else -1
        item.depth = len(self.stack)
        self.items.append(item)
        self.stack.append(len(self.items) - 1)

    def _heading(self, piece: Piece, style: str = "标题") -> None:
        """An unnumbered heading as an item above the list that starts behind it."""
        if piece in self.orphans:
            self.orphans.remove(piece)
        elif piece in self.loose:
            self.loose.remove(piece)
        elif self.items and self.items[-1].pieces and self.items[-1].pieces[-1] == piece:
            self.items[-1].pieces.pop()
        self._pop_to(style)
        self._push(Item(None, style, 0, -1, [piece]))

    # -- text ------------------------------------------------------------------------------

    def _stretch(
        self, text: str, paragraph: Paragraph, known: frozenset[str], *, inline: bool, own: bool = False
    ) -> None:
        """Text of the open item: its words, then its labels with their values."""
        if not visible(text):
            return
        if not inline and not own and self._inside_open_bracket(text, paragraph):
            return
        if not inline and (number := number_at(text)) and label_at(text[number.end :], known, bare=False):
            text = text[number.end :]
        labels = [
            label
            for label in labels_in(text, known, bare=not own)
            if not forms.inside_bracket(text, label.start)
        ]
        head = text[: labels[0].start] if labels else text
        if paragraph.level and not inline and not labels and not own:
            self._outline_heading(head, paragraph)
            return
        if visible(head).strip("●■□◆◇▲△•·*※-—–►▶ "):
            self._words(head, paragraph, inline=inline, own=own)
        for n, label in enumerate(labels):
            end = labels[n + 1].start if n + 1 < len(labels) else len(text)
            value = visible(text[label.end : end]).strip("，,；;")
            source = visible(text[label.start : end])
            self._label(
                Labelled(label.kind, label.word, value, paragraph.place, source, label.why, label.note)
            )

    def _inside_open_bracket(self, text: str, paragraph: Paragraph) -> bool:
        """True when the line goes on with a bracket that the line before left open: it is joined to it."""
        if not self.stack or self.ended:
            return False
        pieces = self.items[self.stack[-1]].pieces
        if not pieces or self.items[self.stack[-1]].labels or not forms.left_open(pieces[-1].text):
            return False
        if forms.balance(text) > 0:
            return False
        last = pieces[-1]
        end = forms.closes_at(text, forms.balance(last.text))
        pieces[-1] = Piece(last.text + visible(text[:end]), last.place, last.inline)
        # What follows the bracket stands in its own line.
        if visible(text[end:]).strip("。；;"):
            pieces.append(Piece(visible(text[end:]), paragraph.place))
        return True

    def _outline_heading(self, text: str, paragraph: Paragraph) -> None:
        """A heading of the document's own outline (Word's styles, h2): an item of its level."""
        piece = Piece(visible(text), paragraph.place)
        self.open_label = None
        self.loose += self.orphans
        self.orphans = []
        if paragraph.level == 1 and not self.items:
            self.loose.append(piece)  # the document's title
            return
        style = f"标题{paragraph.level}"
        self._pop_to(style)
        for depth, index in enumerate(self.stack):
            other = self.items[index].style
            if other.startswith("标题") and other[2:].isdecimal() and int(other[2:]) > paragraph.level:
                del self.stack[depth:]
                break
        self._push(Item(None, style, 0, -1, [piece]))
        self.heading = None

    def _words(self, text: str, paragraph: Paragraph, *, inline: bool, own: bool) -> None:
        piece = Piece(visible(text), paragraph.place, inline)
        if self.open_label is not None and not inline and not own and forms.goes_on(self.open_label):
            self._extend(piece)
            return
        self.open_label = None
        current = self.items[self.stack[-1]] if self.stack else None
        if current is None or self.ended:
            self.loose.append(piece)
        elif current.labels:
            self.orphans.append(piece)
        else:
            current.pieces.append(piece)
        if not inline and not own:
            if forms.REPORT_HEADING.match(piece.text):
                self.stack.clear()
                self.last.clear()
                self._heading(piece)
            elif forms.may_head(piece, paragraph):
                self.heading = piece

    def _extend(self, piece: Piece) -> None:
        label = self.open_label
        if label is None or not self.stack:
            return
        labels = self.items[self.stack[-1]].labels
        longer = Labelled(
            label.kind, label.word, label.value + piece.text,
            piece.place if not label.value else label.place,
            piece.text if not label.value else label.text, label.why, label.note,
        )  # fmt: skip
        labels[-1] = self.open_label = longer

    def _label(self, labelled: Labelled) -> None:
        """A label belongs to the open item, or makes one of the unnumbered text before it."""
        if self.orphans and self._is_task(self.orphans):
            pieces, self.orphans = self._own(self.orphans)
            self._unnumbered(pieces)
        elif not self.stack:
            taken, kept = self._own(self.loose)
            if not taken:
                self.loose.append(Piece(labelled.text, labelled.place))
                return
            self.loose[:] = kept
            self._unnumbered(taken)
        current = self.items[self.stack[-1]]
        # The labels of the next task, when its text was taken for this one's.
        current.labels.append(labelled)
        self.open_label = labelled
        self.heading = None

    @staticmethod
    def _is_task(orphans: list[Piece]) -> bool:
        return any(len(piece.text) >= 4 for piece in orphans)

    @staticmethod
    def _own(pieces: list[Piece]) -> tuple[list[Piece], list[Piece]]:
        """The pieces right before a label that are its task's text, and the others."""
        if not pieces:
            return [], []
        return [pieces[-1]], pieces[:-1]

    def _unnumbered(self, pieces: list[Piece]) -> None:
        """An item without a number, beside the one that was open.

        Where that one was a chapter's heading with a first task below it, the task comes out of it.
        """
        self.loose += self.orphans
        self.orphans = []
        if self.stack:
            index = self.stack[-1]
            above = self.items[index]
            if (
                above.style != UNNUMBERED
                and len(above.pieces) > 1
                and not forms.SENTENCE_END.search(above.pieces[0].text)
            ):
                first = Item(None, UNNUMBERED, above.depth + 1, index, above.pieces[1:], above.labels)
                above.pieces, above.labels = above.pieces[:1], []
                self.items.append(first)
            elif above.style == UNNUMBERED or above.labels:
                self.stack.pop()
        self._push(Item(None, UNNUMBERED, 0, -1, pieces))
