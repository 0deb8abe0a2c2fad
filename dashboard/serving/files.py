"""The files of the page: under addresses that change with their content, so that browsers may keep them for good."""

from __future__ import annotations

import gzip
import hashlib
import io
import logging
import os
import sys
import tempfile
import zipfile
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

import bokeh.server

from dashboard.serving.bundle import bundle
from dashboard.words import LANGUAGES, named

log = logging.getLogger("dashboard")
ROOT = Path(__file__).parent.parent.parent
DASHBOARD = ROOT / "dashboard"
BROWSER = DASHBOARD / "browser"
ENTRY = "page.js"  # the script that puts the others together
LIBRARY = Path(bokeh.server.__file__).parent / "static" / "js" / "bokeh.min.js"
PACKAGES = ("babel", "bokeh", "holoviews", "latex2mathml", "numba", "numpy", "param", "scipy")
KINDS = {
    ".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".json": "application/json",
    ".bin": "application/octet-stream", ".html": "text/html; charset=utf-8",
}  # fmt: skip
TOKEN, THEME, FILES, LIBRARY_AT = (f"@{name}@" for name in ("token", "theme", "files", "library"))


class File(NamedTuple):
    """A file as it is handed out: its MIME type, its content, and its content compressed."""

    kind: str
    plain: bytes
    zipped: bytes


class Files(NamedTuple):
    """The page, with gaps for what differs from visitor to visitor, and its files by address."""

    html: dict[str, tuple[str, str, str]]  # by language: what stands around the theme and the token
    at: dict[tuple[str, str], File]  # (folder, name)


def load_or_build(build: Callable[[], dict[str, bytes]]) -> Files:
    """Return the files as an earlier start has kept them, or build them and keep them.

    Building takes a second or two, which is most of a start. What is kept belongs to these sources and these versions
    of the packages; whatever is wrong with it, it is built anew.
    """
    return load_kept() or keep_files(build())


def load_kept() -> Files | None:
    """Return the files that an earlier start has kept; None where there are none, or they are damaged."""
    try:
        with zipfile.ZipFile(_cache_path()) as kept:
            return arranged({name: kept.read(name) for name in kept.namelist()})  # each read compares a checksum
    except FileNotFoundError:
        return None
    except Exception as problem:  # a damaged file raises almost anything
        log.warning("The page that an earlier start has kept cannot be read (%s); it is built anew.", problem)
        return None


def keep_files(made: dict[str, bytes]) -> Files:
    """Add the files that the browser needs besides, keep all of them for the next start, and return them."""
    content = {**made, **from_folder()}
    content |= {f"{name}.gz": gzip.compress(data, 9, mtime=0) for name, data in content.items()}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as packed:
        for name, data in content.items():
            packed.writestr(name, data)
    try:
        target = _cache_path()
        target.parent.mkdir(exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=target.parent, delete=False) as file:
            file.write(buffer.getvalue())
        os.replace(file.name, target)  # at once: another process may read it now
        for old in target.parent.glob("page-*.zip"):
            if old != target:
                old.unlink(missing_ok=True)
    except OSError as problem:
        log.warning("The page cannot be kept for the next start (%s); it is built each time.", problem)
    return arranged(content)


def from_folder() -> dict[str, bytes]:
    """Return the files of the browser's part: all scripts in one, and all styles in one."""
    scripts = {path.name: path.read_text(encoding="utf-8") for path in sorted(BROWSER.glob("*.js"))}
    styles = sorted(BROWSER.glob("*.css"), key=lambda path: (path.name != "page.css", path.name))
    return {
        ENTRY: bundle(scripts, ENTRY).encode(),
        "page.css": b"".join(path.read_bytes() for path in styles),
        LIBRARY.name: LIBRARY.read_bytes(),
    }


def arranged(content: dict[str, bytes]) -> Files:
    """Return the files with the addresses under which they are handed out."""
    plain = sorted(name for name in content if not name.endswith(".gz"))
    names = [name for name in plain if not name.endswith(".html")]
    own = hashlib.sha256()
    for name in plain:
        if name != LIBRARY.name:
            own.update(name.encode() + content[name])
    library = hashlib.sha256(content[LIBRARY.name]).hexdigest()[:16]
    folders = {name: library if name == LIBRARY.name else own.hexdigest()[:16] for name in names}
    at = {(folders[name], name): File(KINDS[Path(name).suffix], content[name], content[f"{name}.gz"]) for name in names}
    pages = {}
    for language in LANGUAGES:
        html = content[named("page.html", language)].decode()
        html = html.replace(FILES, f"dashboard/assets/{own.hexdigest()[:16]}")
        html = html.replace(LIBRARY_AT, f"dashboard/assets/{library}")
        before, rest = html.split(THEME)
        between, after = rest.split(TOKEN)
        pages[language] = before, between, after
    return Files(pages, at)


def _cache_path() -> Path:
    """Return where the page is kept that belongs to these sources and packages."""
    total = hashlib.sha256(repr((sys.version, [version(name) for name in PACKAGES])).encode())
    for folder in ("dashboard", "model"):
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in {".py", ".js", ".css", ".html", ".yml", ".po"}:
                total.update(path.relative_to(ROOT).as_posix().encode() + path.read_bytes())
    return DASHBOARD / "__pycache__" / f"page-{total.hexdigest()[:32]}.zip"
