"""Alt and a letter for every field of a dialog or menu: given where it is shown, no two alike."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from PyQt5.QtCore import QEvent, QObject
from PyQt5.QtWidgets import (
    QAbstractButton,
    QApplication,
    QLabel,
    QMainWindow,
    QMenu,
    QPushButton,
    QStackedWidget,
    QTabBar,
    QToolButton,
    QWidget,
)

_GIVEN = re.compile(r"(?<!&)(?:&&)*&([^&\s])")


class Mnemonics(QObject):
    """Gives letters in whatever a window opens, also where a text changes while it is open."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        QApplication.instance().focusChanged.connect(self._on_focus)

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        """Give letters to texts that are new."""
        if event is not None and event.type() == QEvent.LayoutRequest:
            give_letters(watched)
        return False

    def _on_focus(self, _old: QWidget | None, new: QWidget | None) -> None:
        window = new.window() if new is not None else None
        if window is not None and not isinstance(window, QMainWindow):
            window.removeEventFilter(self)
            window.installEventFilter(self)
            give_letters(window)


@dataclass(frozen=True)
class _Part:
    """A text that can have a letter, and how to write it."""

    text: str
    write: Callable[[str], object]


def give_letters(window: QWidget) -> None:
    """Give every text of a window or menu that names something a letter; who has one keeps it.

    Where there are more fields than letters, those with a label go first, and the last go without.
    Pages of which only one is seen at a time may use the same letters.
    """
    _give(window, frozenset())


def letter_of(text: str) -> str:
    """Return the letter that a text has with Alt, or "".

    Examples
    --------
    >>> letter_of("Save &as…"), letter_of("Black && white")
    ('a', '')
    """
    found = _GIVEN.search(text)
    return found[1].casefold() if found else ""


def _give(root: QWidget, taken: Collection[str]) -> None:
    parts = [part for part in _parts_of(root) if part.text]
    used = {letter_of(part.text) for part in parts} | set(taken)
    wanting = [part for part in parts if not letter_of(part.text)]
    for part, at in zip(wanting, _places([part.text for part in wanting], used), strict=True):
        if at is not None:
            part.write(f"{part.text[:at]}&{part.text[at:]}")
            used.add(part.text[at].casefold())
    for stack in _inside(root, QStackedWidget):
        for number in range(stack.count()):
            _give(stack.widget(number), used)


def _parts_of(root: QWidget) -> Iterator[_Part]:
    if isinstance(root, QMenu):
        yield from (_Part(action.text(), action.setText) for action in root.actions())
        return
    named = [label for label in _inside(root, QLabel) if label.buddy() is not None]
    yield from (_Part(label.text(), label.setText) for label in named)
    for bar in _inside(root, QTabBar):
        for number in range(bar.count()):
            yield _Part(bar.tabText(number), partial(bar.setTabText, number))
    for button in _inside(root, QAbstractButton):
        # Tool buttons are commands, which have keys; a push button with a label shows a value.
        is_value = isinstance(button, QPushButton) and button in {it.buddy() for it in named}
        if not isinstance(button, QToolButton) and not is_value:
            yield _Part(button.text(), button.setText)


def _inside(root: QWidget, kind: type) -> Iterator[QWidget]:
    """Yield the widgets of a kind in a window, without those on pages of a stack in it."""
    for child in root.children():
        if isinstance(child, QWidget) and not child.isWindow():
            if isinstance(child, kind):
                yield child
            if not isinstance(child, QStackedWidget):
                yield from _inside(child, kind)


def _places(texts: Sequence[str], taken: Collection[str]) -> list[int | None]:
    """Return where in each text its letter is; first letters of words before others.

    Who comes late may move who came early, so that as many as can be have one.
    """
    holders: dict[str, int] = {}

    def find(number: int, asked: set[str]) -> bool:
        for letter in _wished(texts[number]):
            if letter in taken or letter in asked:
                continue
            asked.add(letter)
            if letter not in holders or find(holders[letter], asked):
                holders[letter] = number
                return True
        return False

    for number in range(len(texts)):
        find(number, set())
    letters = {number: letter for letter, number in holders.items()}
    return [
        _wished(text)[letters[number]] if number in letters else None
        for number, text in enumerate(texts)
    ]


def _wished(text: str) -> dict[str, int]:
    """Return the letters of a text with their places, the best first."""
    places = [found.start() for found in re.finditer(r"\b[^\W\d_]", text)]
    places += [at for at, letter in enumerate(text) if letter.isalnum()]
    wished: dict[str, int] = {}
    for at in places:
        wished.setdefault(text[at].casefold(), at)
    return wished
