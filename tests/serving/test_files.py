"""The page is built once and kept; whatever is wrong with what was kept, it is built anew."""

import gzip
import logging
import re

import pytest

from dashboard.serving import files

MADE = {
    "page.html": b"@theme@ @token@ @files@/page.js @library@/bokeh.min.js",
    "page.de.html": b"de @theme@ @token@ @files@/page.js @library@/bokeh.min.js",
    "constant.json": b"{}",
    "opening.bin": b"\0" * 8,
}


@pytest.fixture(autouse=True)
def kept(tmp_path, monkeypatch):
    path = tmp_path / "__pycache__" / "page-1.zip"
    monkeypatch.setattr(files, "_cache_path", lambda: path)
    return path


def test_what_was_built_is_loaded_the_next_time(kept):
    assert files.load_kept() is None
    built = files.load_or_build(lambda: MADE)
    assert kept.exists()
    assert files.load_kept() == built
    assert files.load_or_build(pytest.fail) == built


def test_every_file_is_there_compressed_and_plain_at_an_address_of_its_content():
    built = files.keep_files(MADE)
    names = {name for _, name in built.at}
    assert {"page.js", "page.css", "bokeh.min.js", "constant.json", "opening.bin"} <= names
    for file in built.at.values():
        assert gzip.decompress(file.zipped) == file.plain
    (own, library) = re.findall(r"dashboard/assets/(\w+)/", "".join(built.html["de"]))
    assert (own, "page.js") in built.at
    assert (library, "bokeh.min.js") in built.at
    changed = files.keep_files({**MADE, "constant.json": b"{ }"})
    assert (own, "page.js") not in changed.at
    assert (library, "bokeh.min.js") in changed.at


def test_all_styles_are_one_file_with_the_pages_own_first():
    styles = files.from_folder()["page.css"].decode()
    assert styles.index(":root {") < styles.index("nav .field") < styles.index('[role="tablist"]')


@pytest.mark.parametrize(
    "damage", [lambda data: data[:100], lambda data: b"", lambda data: data.replace(b"@theme@", b"@xxxxx@")]
)
def test_damaged_files_are_built_anew(kept, damage, caplog):
    built = files.keep_files(MADE)
    kept.write_bytes(damage(kept.read_bytes()))
    with caplog.at_level(logging.WARNING):
        assert files.load_kept() is None
    assert "built anew" in caplog.text
    assert files.load_or_build(lambda: MADE) == built
    assert files.load_kept() == built


def test_older_ones_are_swept_away(kept):
    kept.parent.mkdir()
    (kept.parent / "page-0.zip").write_bytes(b"old")
    files.keep_files(MADE)
    assert [path.name for path in kept.parent.iterdir()] == ["page-1.zip"]


def test_a_folder_that_cannot_be_written_is_no_error(kept, caplog):
    kept.parent.write_bytes(b"a file where the folder should be")
    with caplog.at_level(logging.WARNING):
        assert files.keep_files(MADE).at
    assert "cannot be kept" in caplog.text


def test_the_name_of_what_is_kept_follows_the_sources(monkeypatch, tmp_path):
    monkeypatch.undo()
    before = files._cache_path()
    for folder in ("dashboard", "model"):
        (tmp_path / folder).mkdir()
    (tmp_path / "model" / "a.py").write_text("a = 1")
    monkeypatch.setattr(files, "ROOT", tmp_path)
    one = files._cache_path()
    (tmp_path / "model" / "a.py").write_text("a = 2")
    assert len({before.name, one.name, files._cache_path().name}) == 3
