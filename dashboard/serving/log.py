"""The log: a line for what an operator should know, few lines from any one source, a traceback once a kind."""

from __future__ import annotations

import logging
import time
from collections import OrderedDict, deque

from dashboard.serving.limits import MOST_ADDRESSES, NOTES

log = logging.getLogger("dashboard")
_lines: OrderedDict[str, deque[float]] = OrderedDict()
_kinds: set[str] = set()


def log_visitor(who: str, what: str) -> None:
    """Write a line about a visitor or an address, unless it has had its share of lines lately."""
    most, seconds = NOTES
    times, now = _lines.setdefault(who, deque(maxlen=most)), time.monotonic()
    _lines.move_to_end(who)
    while len(_lines) > MOST_ADDRESSES:
        _lines.popitem(last=False)
    if len(times) == most and now - times[0] < seconds:
        return
    times.append(now)
    last = f" (further lines about it are left out for {seconds:g} s)" if len(times) == most else ""
    log.warning("%s: %s%s", who, what, last)


def trouble(what: str, error: BaseException) -> None:
    """Write an error of the program with its traceback; the same error again gets a line only, and not every time."""
    last = error.__traceback__
    while last is not None and last.tb_next is not None:
        last = last.tb_next
    kind = f"{type(error).__name__} at {last.tb_frame.f_code.co_qualname}:{last.tb_lineno}" if last else repr(error)
    if kind in _kinds:
        log_visitor(kind, f"{what} again")
    else:
        _kinds.add(kind)
        log.error("%s", what, exc_info=error)
