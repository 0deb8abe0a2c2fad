"""Reads a frame as the browser does, and more strictly: nothing may be left over, and what fills up is zero."""

from __future__ import annotations

import json
from typing import Any

import numpy as np

TYPES = {"f4": "<f4", "f8": "<f8"}

Columns = dict[str, list]


def read(frame: bytes) -> tuple[dict[str, Any], dict[str, Columns]]:
    """Return the message of a frame and the columns of its data sources, by name."""
    columns = {name: {column: list(held) for column, held in each.items()} for name, each in arrays(frame).items()}
    return message(frame), columns


def message(frame: bytes) -> dict[str, Any]:
    """Return the message of a frame."""
    return {name: each for name, each in head(frame)[0].items() if name != "sources"}


def head(frame: bytes) -> tuple[dict[str, Any], int]:
    """Return the JSON of a frame, and where it ends."""
    end = 4 + int.from_bytes(frame[:4], "little")
    return json.loads(frame[4:end], parse_constant=refuse), end


def arrays(frame: bytes) -> dict[str, dict[str, Any]]:
    """Return the columns of the data sources by name, as they lie in the frame."""
    told, at = head(frame)
    at = filled(frame, at)
    sources: dict[str, dict[str, Any]] = {}
    for name, columns in told["sources"].items():
        sources[name] = {}
        for column, kind, content in columns:
            if kind == "text":
                sources[name][column] = content
                continue
            assert at % 8 == 0, f"{column} of {name} is not where the browser can read it"
            sources[name][column] = held = np.frombuffer(frame, TYPES[kind], content, at)
            at = filled(frame, at + held.nbytes)
    assert at == len(frame), "The frame holds more than it says."
    return sources


def filled(frame: bytes, end: int) -> int:
    """Return where the next column begins after this end."""
    start = -(-end // 8) * 8
    assert frame[end:start] == bytes(start - end)
    return start


def refuse(constant: str) -> None:
    """JSON knows no such number, and a browser would not read the frame."""
    raise AssertionError(f"The message holds {constant}.")
