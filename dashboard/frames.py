"""What travels to a browser: a message in JSON, followed by the numbers of the plots as they lie in memory.

A frame is the length of the JSON (4 bytes, little-endian), the JSON, zeros up to a multiple of 8, and the columns, each
filled up to a multiple of 8 bytes. `sources` in the JSON names the data sources with their columns: for each its name,
its type ("f4", "f8" or "text") and its length, or its texts. `browser/frames.js` reads it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from dashboard.words import ENGLISH, translated

LONG = 512  # numbers; a longer column is a line to look at, for which seven digits are more than a screen shows


Column = tuple[str, str, int | tuple[str, ...]]  # its name, its type, and its length or its texts


class Piece(NamedTuple):
    """The columns of one data source, ready to be sent; with texts among them also what the head says."""

    head: str
    body: bytes
    columns: tuple[Column, ...] = ()


def piece(columns: Mapping[str, np.ndarray], exact: bool = False) -> Piece:
    """Encode the columns of one data source; `exact` keeps all digits of long ones too, for a close look."""
    heads: list[Column] = []
    bodies = []
    for name, column in columns.items():
        if column.dtype.kind in "UO":
            heads.append((name, "text", tuple(column.tolist())))
            continue
        kind = "f4" if column.size > LONG and not exact else "f8"
        heads.append((name, kind, column.size))
        bodies.append(padded(column.astype("<" + kind).tobytes()))
    has_texts = any(kind == "text" for _, kind, _ in heads)
    return Piece(_head(tuple(heads)), b"".join(bodies), tuple(heads) if has_texts else ())


def in_language(piece: Piece, language: str) -> Piece:
    """Return a piece with its texts in a language."""
    if language == ENGLISH or not piece.columns:
        return piece
    columns = tuple(
        (name, kind, content if isinstance(content, int) else tuple(translated(content, language)))
        for name, kind, content in piece.columns
    )
    return Piece(_head(columns), piece.body, columns)


@lru_cache(maxsize=1000)  # the same few again and again, and writing one takes longer than copying its columns
def _head(columns: tuple[Column, ...]) -> str:
    """Return the JSON that names columns with their types and lengths."""
    return json.dumps(columns)


def frame(message: Mapping[str, Any], pieces: Mapping[str, Piece]) -> bytes:
    """Put a message and the pieces that go with it into one frame.

    Raises
    ------
    ValueError
        If the message holds a number that JSON does not know: nan or an infinity.
    """
    sources = ",".join(f'"{name}":{each.head}' for name, each in pieces.items())
    head = f'{json.dumps(message, allow_nan=False)[:-1]}{", " if message else ""}"sources":{{{sources}}}}}'.encode()
    length = len(head).to_bytes(4, "little")
    return padded(length + head) + b"".join(each.body for each in pieces.values())


def padded(data: bytes) -> bytes:
    """Fill up with zeros to a multiple of 8 bytes: the browser reads 8-byte numbers in place."""
    return data + bytes(-len(data) % 8)
