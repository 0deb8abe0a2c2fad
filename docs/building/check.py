"""Refuses a built site that would load anything from elsewhere: `python docs/building/check.py build/docs`."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

# What a browser loads by itself. A link that a reader may follow (`a`) is none of them.
LOADED = {"script": ["src"], "img": ["src", "srcset"], "link": ["href"], "source": ["src", "srcset"],
          "iframe": ["src"], "embed": ["src"], "object": ["data"], "video": ["src", "poster"], "audio": ["src"],
          "track": ["src"], "image": ["href", "xlink:href"], "use": ["href", "xlink:href"],
          "feimage": ["href", "xlink:href"]}  # fmt: skip
ELSEWHERE = re.compile(r"\s*(?:[a-z][a-z0-9+.-]*:)?//", re.IGNORECASE)
IN_STYLES = re.compile(r"(?:url\(|@import)\s*[\"']?([^\"')\s;]+)")


class Loads(HTMLParser):
    """Collects every address that a page has its browser load."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._in_style = False

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        """Take the addresses of one element, and those in its style."""
        self._in_style = tag == "style"
        for name, value in attributes:
            if name in LOADED.get(tag, ()) and value:
                self.found += [part.split()[0] for part in value.split(",") if part.strip()]
            if name == "style":
                self.found += IN_STYLES.findall(value or "")

    def handle_data(self, data: str) -> None:
        """Take the addresses in a style sheet within the page."""
        if self._in_style:
            self.found += IN_STYLES.findall(data)

    def handle_endtag(self, tag: str) -> None:
        """A style sheet ends with its element."""
        self._in_style = False


def addresses(path: Path) -> list[str]:
    """What a file of the site has a browser load."""
    text = path.read_text("utf-8")
    if path.suffix == ".css":
        return IN_STYLES.findall(text)
    page = Loads()
    page.feed(text)
    return page.found


def problems(site: Path) -> Iterator[str]:
    """A sentence for every address elsewhere, and for every one here that leads nowhere."""
    for path in sorted(each for each in site.rglob("*") if each.suffix in {".html", ".css", ".svg"}):
        for address in addresses(path):
            where = f"{path.relative_to(site)} loads {address}"
            if ELSEWHERE.match(address):
                yield f"{where}, which is not part of the site."
            elif not address.startswith(("#", "data:")):
                here = address.split("#")[0].split("?")[0]
                if not (path.parent / here).exists():
                    yield f"{where}, which does not exist."


def main(site: Path) -> int:
    """Print what is wrong; 0 where nothing is."""
    if not (site / "index.html").exists():
        print(f"{site} holds no site.")
        return 1
    found = list(problems(site))
    print("\n".join(found) or "The site loads nothing from elsewhere.")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
