"""The cache of compiled code: used when it is sound, and never in the way when it is not."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
# One kernel is enough, and it says where its code came from: "hits misses 1", after whatever was
# logged; the 1 says that the current acted.
SCRIPT = """
import logging
logging.basicConfig(format="%(name)s: %(message)s")
import numpy as np
from model import ExpIFParameters
from model.kernels.one_step import one_step
from model.runs.schemes import SCHEMES
V, p = np.full(1, -65.0), np.array(ExpIFParameters().numbers())[:, None]
one_step(SCHEMES["euler"], 0.1, p, V, np.full(1, 10.0))
stats = one_step.stats
print(sum(stats.cache_hits.values()), sum(stats.cache_misses.values()), int(V[0] > -64.95))
"""
LOADED, COMPILED = "1 0 1", "0 1 1"


def run(cache: Path, **env: str) -> tuple[str, str]:
    """Run the script in a process of its own, with the model that lies beside the cache; return output and log."""
    variables = {"NUMBA_CACHE_DIR": str(cache), "PYTHONPATH": str(cache.parent), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], env={**os.environ, **variables, **env}, cwd=cache.parent, capture_output=True,
        text=True, timeout=200, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout.strip(), done.stderr


def copy_of_model(folder: Path) -> None:
    """A model of its own: the test may edit it, and nobody else does."""
    shutil.copytree(ROOT / "model", folder / "model", ignore=shutil.ignore_patterns("__pycache__"))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with a model, and a cache that one run has filled."""
    folder = tmp_path_factory.mktemp("numba")
    copy_of_model(folder)
    assert run(folder / "cache") == (COMPILED, "")
    shutil.copytree(folder / "cache", folder / "as it was")
    return folder


@pytest.fixture
def cache(folder):
    """The filled cache, as it was."""
    shutil.rmtree(folder / "cache")
    return Path(shutil.copytree(folder / "as it was", folder / "cache"))


def of(cache: Path, ending: str) -> Path:
    """The one file of the kernel with this ending: .nbi is the index, .nbc the code."""
    (file,) = cache.rglob(f"one_step.one_step*{ending}")
    return file


def flipped(content: bytes) -> bytes:
    """One bit in the middle is wrong: what is machine code then would run, or crash."""
    middle = len(content) // 2
    return content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]


def test_the_second_start_loads_what_the_first_compiled(cache):
    assert run(cache) == (LOADED, "")


@pytest.mark.parametrize(
    ("ending", "damage"),
    [
        (".nbi", lambda content: content[:100]),
        (".nbi", lambda content: b"not a cache" * 50),
        (".nbc", lambda content: content[:-100]),
        (".nbc", lambda content: b""),
        (".nbc", flipped),
    ],
    ids=["truncated index", "foreign index", "truncated code", "no code", "flipped code"],
)
def test_a_damaged_cache_is_compiled_around_and_said_in_the_log(cache, ending, damage):
    file = of(cache, ending)
    file.write_bytes(damage(file.read_bytes()))
    printed, logged = run(cache)
    assert printed == COMPILED
    assert "model.kernels: Compiled code cannot be read back" in logged
    assert logged.count("model.kernels") == 1
    assert run(cache) == (LOADED, "")  # and it has been mended


def test_code_that_is_missing_is_compiled_again(cache):
    of(cache, ".nbc").unlink()
    assert run(cache)[0] == COMPILED


def test_a_folder_where_nothing_can_be_written_is_said_in_the_log(tmp_path):
    copy_of_model(tmp_path)
    (tmp_path / "cache").write_text("a file where the folder should be")
    printed, logged = run(tmp_path / "cache", NUMBA_CACHE_LOCATOR_CLASSES="UserProvidedCacheLocator")
    assert printed == COMPILED
    assert "model.kernels: Compiled code cannot be kept" in logged
    assert logged.count("model.kernels") == 1


def test_an_edit_in_another_file_of_compiled_code_makes_the_cache_stale(folder, cache):
    equation = folder / "model" / "integrators" / "equation.py"
    original = equation.read_text()
    equation.write_text(original.replace("V_rest - V + upswing + RI", "V_rest - V + upswing"))
    try:
        assert run(cache)[0] == "0 1 0"
    finally:
        equation.write_text(original)
