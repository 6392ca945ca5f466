"""What a calculation gives back: frozen records that print in at most three lines."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from textwrap import shorten
from typing import dataclass_transform

import numpy as np

WIDTH = 99
"""Characters of a line."""

LINES = 3
"""Lines of a result."""

ENTRIES = 8
"""An array of more entries is shown by its shape."""


@dataclass_transform(frozen_default=True, eq_default=False)
def result(cls: type) -> type:
    """Make a class a frozen dataclass, compared by identity, whose repr is :func:`brief`.

    >>> @result
    ... class Point:
    ...     table: np.ndarray
    ...     level: str
    >>> Point(np.zeros((2, 2, 3, 3)), "1+AB")
    Point(table=<array of shape (2, 2, 3, 3)>, level='1+AB')
    """
    made = dataclass(frozen=True, eq=False, repr=False)(cls)
    made.__repr__ = brief
    return made


def brief(record: object) -> str:
    """The fields of a dataclass in at most three lines; large arrays by their shapes."""
    parts = [f"{field.name}={_text(getattr(record, field.name))}" for field in fields(record)]
    lines, line = [], f"{type(record).__name__}("
    for k, part in enumerate(parts):
        part = shorten(part, WIDTH - 6, placeholder="…")
        part += ", " if k < len(parts) - 1 else ")"
        if len(line) + len(part.rstrip()) > WIDTH:
            lines.append(line.rstrip())
            line = "    "
        line += part
    lines.append(line if parts else line + ")")
    if len(lines) > LINES:
        lines = [*lines[:LINES]]
        lines[-1] = lines[-1][: WIDTH - 4].rstrip(", ") + ", …)"
    return "\n".join(lines)


def _text(value: object) -> str:
    """One field, on one line."""
    if isinstance(value, np.ndarray):
        if value.size > ENTRIES:
            return f"<array of shape {value.shape}>"
        return " ".join(np.array2string(value, precision=6, separator=", ").split())
    if isinstance(value, Sequence) and not isinstance(value, str):
        large = [v for v in value if isinstance(v, np.ndarray) and v.size > ENTRIES]
        if large or len(value) > ENTRIES:
            return f"<{type(value).__name__} of {len(value)}>"
        inner = ", ".join(_text(v) for v in value)
        if type(value) is tuple:
            return f"({inner},)" if len(value) == 1 else f"({inner})"
        return f"[{inner}]" if type(value) is list else " ".join(repr(value).split())
    if isinstance(value, dict) and len(value) > ENTRIES:
        return f"<dict of {len(value)}>"
    if hasattr(value, "nnz") and hasattr(value, "shape"):
        return f"<sparse array of shape {value.shape}>"
    return " ".join(repr(value).split())
