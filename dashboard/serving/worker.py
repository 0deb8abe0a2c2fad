"""The process in which one recording is read and fitted: `python -m dashboard.serving.worker`, started for each.

A file from a stranger is read by libraries that were written for files of friends. So this happens in a process that
knows nobody else's data, may use so much memory and processor time and no more, yields to everybody else, and may die.
It gets its task as a line of JSON, and answers with lines of JSON: how far it is, then what came out.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import zipfile
from contextlib import suppress
from pathlib import Path
from typing import Any

from dashboard.serving.limits import FIT_MEMORY, FIT_SECONDS, UNPACKED
from dashboard.words import translated
from model.sentences import say

POLITENESS = 5  # of 19: how much a fit stands back behind answers to sliders


def limit_this_process() -> None:
    """Let this process have only so much memory and processor time, write no file, and stand back behind others."""
    if sys.platform == "win32":  # there the time is all that is limited, by the server
        return
    import resource

    os.nice(POLITENESS)
    with suppress(OSError):  # where memory runs short in spite of all, this process goes and not the server
        Path("/proc/self/oom_score_adj").write_text("1000", "ascii")
    for what, most in ((resource.RLIMIT_CPU, FIT_SECONDS), (resource.RLIMIT_AS, FIT_MEMORY), (resource.RLIMIT_CORE, 0)):
        try:
            resource.setrlimit(what, (int(most), int(most)))
        except (OSError, ValueError):  # the operator allows even less, or the system knows no such limit
            continue


def check_hash(path: Path, wanted: str) -> None:
    """Raise ValueError where a link was made with another file."""
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    if wanted and wanted != found:
        raise ValueError(
            say("This is another file than that of the link: its SHA-256 hash begins with {found} and not with "
                "{wanted}.", found=found[:12], wanted=wanted[:12])
        )  # fmt: skip


def check_unpacked(path: Path) -> None:
    """Raise ValueError where an archive would fill the memory: it says how large its parts become."""
    if not zipfile.is_zipfile(path):
        return
    with zipfile.ZipFile(path) as archive:
        size = sum(part.file_size for part in archive.infolist())
    if size > UNPACKED:
        raise ValueError(
            say("Unpacked, this file has {size:.3g} MB, and {most:.3g} MB are allowed. Save V and I alone.",
                size=size / 1e6, most=UNPACKED / 1e6)
        )  # fmt: skip


def channels_in(path: Path | None) -> list[str]:
    """Return the names of the channels of a file that could not be used, so that some can be chosen."""
    from model.recordings.files import channels_of

    try:
        return [each.name for each in channels_of(path, 0)] if path else []
    except Exception:  # whatever is wrong with it has been said
        return []


def fit_task(task: dict[str, Any]) -> dict[str, Any]:
    """Carry out a task; return what came out, or why nothing did."""
    from dashboard.studies import recording as study
    from dashboard.studies.settings import Settings

    path = Path(task["path"]) if task["path"] else None
    settings, language = Settings(**task["settings"]), task["language"]
    names: list[str] = []
    try:
        tell_progress(0.0, say("reading the file"), language)
        try:
            if path:
                check_hash(path, task["checksum"])
                check_unpacked(path)
            found = study.recording_of(path, settings)
        except (ValueError, ImportError):
            names = channels_in(path)
            raise
        finally:
            if path:
                path.unlink(missing_ok=True)  # nothing of it is kept
        names = list(found.channels)
        fit = study.fitted(found, task["name"], settings, lambda done, what: tell_progress(done, what, language))
    except (ValueError, ImportError) as problem:
        return {"refused": translated(problem.args[0] if problem.args else str(problem), language), "channels": names}
    except MemoryError:
        return {"refused": translated(TOO_LARGE, language), "channels": []}
    return {"fit": fit._replace(told=translated(fit.told, language)).as_json()}


TOO_LARGE = say("This recording needs more memory than a fit may have here. Save a shorter part of it.")


def tell_progress(done: float, what: str, language: str) -> None:
    """Say how far the work is."""
    answer({"progress": round(done, 3), "what": translated(what, language)})


def answer(message: dict[str, Any]) -> None:
    """Write a message, as one line."""
    sys.__stdout__.write(json.dumps(message) + "\n")  # type: ignore[union-attr] # it is there: the server reads it
    sys.__stdout__.flush()  # type: ignore[union-attr]


def main() -> None:
    """Carry out the one task that stands in the first line of the input."""
    limit_this_process()
    task = json.loads(sys.stdin.readline())
    sys.stdout = sys.stderr  # whatever a reader prints is no answer
    answer(fit_task(task))


if __name__ == "__main__":
    main()
