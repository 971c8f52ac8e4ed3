"""Source files as statements, read once for all who ask."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path


@cache
def statements_of(path: Path) -> tuple[ast.stmt, ...]:
    """Return every statement of a file, those inside others too: imports and definitions are."""
    return tuple(_below(ast.parse(path.read_text(encoding="utf-8"))))


def _below(node: ast.AST) -> Iterator[ast.stmt]:
    for field in ("body", "orelse", "handlers", "finalbody", "cases"):
        for inner in getattr(node, field, ()):
            if isinstance(inner, ast.stmt):
                yield inner
            yield from _below(inner)
