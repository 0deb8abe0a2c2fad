"""The map of ARCHITECTURE.md is enforced: who may import whom, and how the code is written."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
COMPILED = sorted([*(ROOT / "model/kernels").rglob("*.py"), *(ROOT / "model/integrators").rglob("*.py")])
CALCULATION = {
    "numpy",
    "numba",
    "llvmlite",  # numba's own half
    "math",
    "typing",
    "collections.abc",
    "__future__",
    "model.kernels",
    "model.integrators",
}


def run(*arguments: str) -> None:
    """Run a tool of this Python's environment on the repository; its complaints become the failure's message."""
    done = subprocess.run([sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True, encoding="utf-8")
    if done.returncode:
        pytest.fail(done.stdout + done.stderr, pytrace=False)


def test_imports_go_one_way() -> None:
    run("-c", "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True))")


# What `panel serve` loads by itself is no matter of ours, so it is loaded first.
LOADED = """
import sys, panel, panel.command.serve
before = set(sys.modules)
import dashboard.{module}
print(*sorted({{name.partition(".")[0] for name in set(sys.modules) - before}}))
"""
PROGRAM = {"numba", "scipy", "holoviews", "pandas", "h5py", "latex2mathml"}


@pytest.mark.parametrize(
    "module", ["app_hooks", "serving.takeover", "serving.files", "serving.answers", "serving.socket"]
)
def test_the_server_begins_without_loading_the_program(module) -> None:
    """It listens, and says how far the preparation is, while the program is loaded; that takes longer than all else."""
    told = subprocess.run(
        [sys.executable, "-c", LOADED.format(module=module)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    loaded = set(told.stdout.split())
    assert "dashboard" in loaded
    assert not PROGRAM & loaded


def test_the_linter_has_no_complaint() -> None:
    run("-m", "ruff", "check", "--no-cache")


def test_the_code_is_formatted() -> None:
    run("-m", "ruff", "format", "--check", "--no-cache")


def test_the_types_agree(tmp_path) -> None:
    run("-m", "mypy", "--cache-dir", str(tmp_path))


@pytest.mark.parametrize("path", COMPILED, ids=lambda path: str(path.relative_to(ROOT / "model")))
def test_compiled_code_imports_numpy_numba_and_math_only(path) -> None:
    """The file that decides about the cache on disk may use Python's library as well."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = [node.module] if isinstance(node, ast.ImportFrom) else []
        names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        for name in names:
            known = any(name == each or name.startswith(f"{each}.") for each in CALCULATION)
            of_python = path.name == "compile.py" and name.split(".")[0] in sys.stdlib_module_names
            assert known or of_python, f"line {node.lineno} imports {name}"
