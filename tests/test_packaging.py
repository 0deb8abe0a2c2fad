"""The files that describe the installation agree with each other, and hold everything that is needed."""

from __future__ import annotations

import ast
import importlib.metadata
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parent.parent
SYSTEMS = {"linux": ("Linux", "posix"), "darwin": ("Darwin", "posix"), "win32": ("Windows", "nt")}
PYTHONS = ("3.11", "3.12", "3.13", "3.14")


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def machine(platform: str, python: str) -> dict[str, str]:
    """The environment markers of a machine that this test may not be running on."""
    system, kind = SYSTEMS[platform]
    return {"sys_platform": platform, "platform_system": system, "os_name": kind, "python_version": python,
            "python_full_version": f"{python}.0", "extra": ""}  # fmt: skip


PROJECT = tomllib.loads(read("pyproject.toml"))
DEPENDENCIES = [Requirement(line) for line in PROJECT["project"]["dependencies"]]
BUILD = [Requirement(line) for line in PROJECT["build-system"]["requires"]]
TEST = [Requirement(line) for line in PROJECT["project"]["optional-dependencies"]["test"]]
DOCS, PEERS = (
    [Requirement(line) for line in PROJECT["project"]["optional-dependencies"][extra]] for extra in ("docs", "peers")
)
SERVE_LOCK, TEST_LOCK, DOCS_LOCK = "requirements.lock", "requirements-test.lock", "requirements-docs.lock"
PEERS_LOCK = "requirements-peers.lock"  # for an environment of its own, so its versions may differ
BESIDE = {TEST_LOCK: TEST, DOCS_LOCK: DOCS}  # what each lock is made of that adds to the first
NEEDED = {SERVE_LOCK: [*DEPENDENCIES, *BUILD], **BESIDE, PEERS_LOCK: [*DEPENDENCIES, *BUILD, *PEERS]}


def locked(lock: str) -> dict[str, list[Requirement]]:
    """The pins of a lock, by package."""
    pins: dict[str, list[Requirement]] = {}
    for line in read(lock).splitlines():
        if line and not line.startswith((" ", "#")):
            pin = Requirement(line.rstrip(" \\"))
            pins.setdefault(canonicalize_name(pin.name), []).append(pin)
    return pins


def installed_for(requirements: list[Requirement]) -> set[str]:
    """The packages that a list of requirements brings to this machine, as the installed packages declare it."""
    found: set[str] = set()
    ahead = list(requirements)
    while ahead:
        each = ahead.pop()
        name = canonicalize_name(each.name)
        if name not in found and (each.marker is None or each.marker.evaluate({"extra": ""})):
            found.add(name)
            ahead += map(Requirement, importlib.metadata.requires(name) or [])
    return found


def as_pairs(requirements: list[Requirement]) -> set[tuple[str, str]]:
    return {(canonicalize_name(each.name), str(each.specifier)) for each in requirements}


def test_conda_and_pip_install_the_same_packages() -> None:
    conda = yaml.safe_load(read("environment.yml"))
    named = [Requirement(each) for each in conda["dependencies"] if isinstance(each, str)]
    python = Requirement(f"python{PROJECT['project']['requires-python']}")
    assert as_pairs(named) == as_pairs([*DEPENDENCIES, python, Requirement("pip")])
    assert conda["dependencies"][-1] == {"pip": ["-e ."]}
    assert set(conda["channels"]) == {"conda-forge", "nodefaults"}


def test_what_reaches_into_the_server_of_bokeh_is_capped() -> None:
    capped = {each.name for each in DEPENDENCIES if any(bound.operator == "<" for bound in each.specifier)}
    assert {"bokeh", "panel", "holoviews", "tornado"} <= capped


@pytest.mark.parametrize("lock", NEEDED)
def test_every_locked_package_is_one_version_with_hashes(lock) -> None:
    blocks = re.split(r"\n(?=[A-Za-z0-9])", read(lock).strip())
    assert len(blocks) > 15
    for block in blocks:
        assert re.match(r"[A-Za-z0-9._-]+==[^ ]+ ", block), block
        assert re.search(r"--hash=sha256:[0-9a-f]{64}\b", block), block


@pytest.mark.parametrize("lock", NEEDED)
def test_a_lock_names_no_address(lock) -> None:
    assert not re.search(r"://|--(extra-)?index-url|--find-links|\bfile:|@ ", read(lock))


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("platform", SYSTEMS)
@pytest.mark.parametrize("lock", NEEDED)
def test_a_lock_holds_everything_for_every_machine(lock, platform, python) -> None:
    pinned = locked(lock)
    for each in NEEDED[lock]:
        pins = pinned[canonicalize_name(each.name)]
        here = [pin for pin in pins if pin.marker is None or pin.marker.evaluate(machine(platform, python))]
        if each.marker is not None and not each.marker.evaluate(machine(platform, python)):
            assert not here
            continue
        assert len(here) == 1, f"{each.name} is locked {len(here)} times"
        version = str(here[0].specifier).removeprefix("==")
        assert each.specifier.contains(version), f"{each} is locked as {version}"


@pytest.mark.parametrize("lock", [SERVE_LOCK, *BESIDE])
def test_a_lock_holds_what_it_is_for_and_no_more(lock) -> None:
    if lock == DOCS_LOCK:
        pytest.importorskip("sphinx", reason="`make docs` installs what the documentation needs")
    pins = locked(lock).items()
    here = {name for name, each in pins if any(pin.marker is None or pin.marker.evaluate() for pin in each)}
    assert here == installed_for(NEEDED[lock])


def test_serving_installs_no_tool_of_the_tests() -> None:
    tools = {canonicalize_name(each.name) for each in TEST} - {"packaging", "pyyaml"}  # these two Bokeh needs as well
    assert {"pytest", "playwright", "hypothesis", "numba-cuda", "ruff", "import-linter"} <= tools
    assert not tools & locked(SERVE_LOCK).keys()


@pytest.mark.parametrize(("lock", "other"), [*((SERVE_LOCK, lock) for lock in BESIDE), (TEST_LOCK, DOCS_LOCK)])
def test_what_two_locks_hold_is_the_same_version(lock, other) -> None:
    """They are installed into one environment."""
    first, second = locked(lock), locked(other)
    both = first.keys() & second.keys()
    assert both
    for name in both:
        assert {str(pin.specifier) for pin in first[name]} == {str(pin.specifier) for pin in second[name]}, name


def test_brian2_gets_a_numpy_that_it_knows() -> None:
    (numpy,) = locked(PEERS_LOCK)["numpy"]
    assert Version(str(numpy.specifier).removeprefix("==")) < Version("2.4")


@pytest.mark.parametrize("lock", NEEDED)
def test_what_only_windows_needs_is_locked_too(lock) -> None:
    (colorama,) = locked(lock)["colorama"]
    assert colorama.marker.evaluate(machine("win32", "3.11"))
    assert not colorama.marker.evaluate(machine("linux", "3.11"))


@pytest.mark.skipif(shutil.which("make") is None, reason="needs make")
@pytest.mark.parametrize("target", ["serve", "test", "fuzz", "lint", "format", "bench"])
def test_only_serving_leaves_the_tools_of_the_tests_out(target) -> None:
    command = ["make", "--dry-run", "--always-make", target]
    planned = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert f"--requirement {SERVE_LOCK}" in planned
    assert (f"--requirement {TEST_LOCK}" in planned) == (target != "serve")


@pytest.mark.skipif(shutil.which("make") is None, reason="needs make")
@pytest.mark.parametrize(("target", "wanted"), [("docs", {SERVE_LOCK, DOCS_LOCK}), ("bench-peers", {PEERS_LOCK})])
def test_what_few_need_is_installed_for_them_only(target, wanted) -> None:
    command = ["make", "--dry-run", "--always-make", target]
    planned = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert set(re.findall(r"--requirement (\S+)", planned)) == wanted


def test_every_package_that_the_code_imports_is_declared() -> None:
    extras = PROJECT["project"]["optional-dependencies"]
    optional = [Requirement(each) for extra in ("gpu", "recordings", "maps") for each in extras[extra]]
    declared = {canonicalize_name(each.name) for each in [*DEPENDENCIES, *optional]}
    declared.add("llvmlite")  # numba's own half, which numba pins to a single version
    packages = importlib.metadata.packages_distributions()
    for path in [*(ROOT / "model").rglob("*.py"), *(ROOT / "dashboard").rglob("*.py")]:
        for name in imported(path) - sys.stdlib_module_names - {"model", "dashboard"}:
            distributions = set(map(canonicalize_name, packages.get(name, [name])))
            assert distributions & declared, f"{path.relative_to(ROOT)} imports {name}"


def imported(path: Path) -> set[str]:
    """The top-level names of the packages that a file imports, at its top or later."""
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    plain = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    return {name.split(".")[0] for name in plain | {n.module for n in nodes if isinstance(n, ast.ImportFrom)}}


def test_an_installed_copy_holds_every_file_of_the_packages(tmp_path) -> None:
    source = tmp_path / "source"
    ignore = shutil.ignore_patterns("__pycache__")
    for package in ("model", "dashboard"):
        shutil.copytree(ROOT / package, source / package, ignore=ignore)
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    command = "import setuptools.build_meta as build; build.build_wheel('.')"
    built = subprocess.run([sys.executable, "-c", command], cwd=source, capture_output=True, text=True)
    assert built.returncode == 0, built.stderr
    (wheel,) = source.glob("*.whl")
    packed = set(zipfile.ZipFile(wheel).namelist())
    wanted = {
        str(path.relative_to(ROOT).as_posix())
        for package in ("model", "dashboard")
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert wanted <= packed, f"missing from the wheel: {sorted(wanted - packed)}"


def test_the_commands_that_the_readme_gives_exist() -> None:
    readme = read("README.md")
    blocks = "\n".join(re.findall(r"```\w*\n(.*?)```", readme, flags=re.DOTALL))
    targets = set(re.findall(r"^([\w-]+):", read("Makefile"), flags=re.MULTILINE))
    named = set(re.findall(r"^(?:\$ )?make ([\w-]+)", blocks, flags=re.MULTILINE))
    assert {"serve", "test"} <= named <= targets
    for script in re.findall(r"python (?:-m )?(\w+(?:[/.]\w+)*)", blocks):
        path = Path(script if script.endswith(".py") else script.replace(".", "/"))
        ours = path.parts[0] in {"benchmarks", "dashboard", "model", "tests"}
        assert not ours or (ROOT / path).exists() or (ROOT / path).with_suffix(".py").exists(), script
    assert "python -m dashboard" in blocks
    assert (ROOT / "dashboard/__main__.py").exists()


def test_the_table_of_commands_names_every_one() -> None:
    (phony,) = re.findall(r"^\.PHONY: (.*)$", read("Makefile"), flags=re.MULTILINE)
    named = re.findall(r"^\| `make ([\w-]+)` \|", read("CONTRIBUTING.md"), flags=re.MULTILINE)
    assert sorted(named) == sorted(phony.split())
