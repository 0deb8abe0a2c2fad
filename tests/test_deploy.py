"""What deploy/ and docs/serving.md say is so."""

from __future__ import annotations

import configparser
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib

import pytest
from packaging.specifiers import SpecifierSet

from dashboard.serving import limits
from tests.conftest import ROOT
from tests.serving.raw import get

DEPLOY = ROOT / "deploy"
GUIDE = (ROOT / "docs" / "serving.md").read_text("utf-8")
NGINX = (DEPLOY / "nginx.conf").read_text("utf-8")
UNIT = (DEPLOY / "expif-dashboard.service").read_text("utf-8")
ANALYZE, MAKE = shutil.which("systemd-analyze"), shutil.which("make")


def instructions() -> list[tuple[str, str]]:
    """The instructions of the Dockerfile, with what follows each."""
    text = re.sub(r"^#.*\n", "", (DEPLOY / "Dockerfile").read_text("utf-8"), flags=re.MULTILINE).replace("\\\n", " ")
    return [tuple(line.split(maxsplit=1)) for line in text.splitlines() if line.strip()]


DOCKER = instructions()


def of(instruction: str) -> list[str]:
    return [rest for name, rest in DOCKER if name == instruction]


def program(code: str, **env: str) -> str:
    return subprocess.run(
        [sys.executable, *code.split()], cwd=ROOT, env={**os.environ, **env}, capture_output=True, text=True, check=True
    ).stdout


@pytest.fixture(scope="module")
def flags():
    """The flags that the page takes."""
    return set(re.findall(r"--[a-z][a-z-]+", program("-m dashboard --help") + program("-m panel serve --help")))


def seconds(text: str) -> float:
    return float(re.fullmatch(r"(\d+)s", text)[1])


# -- limits ----------------------------------------------------------------------------------------------------------
ROWS = {
    "VISITORS": "{0} at a time",
    "MESSAGE": "size of a message | {kib} KiB |",
    "MESSAGES": "{0:g} a second, {1:g} at once",
    "REQUESTS": "one address | {0:g} a second, {1:,g} at once",
    "ALL_REQUESTS": "all addresses | {0:g} a second, {1:,g} at once",
    "MOST_ADDRESSES": "{0:,} |",
    "MOST_WAITING": "for that second | {0} |",
    "HEADERS": "headers of a request | {kib} KiB |",
    "BODY": "body of a request | {kib} KiB |",
    "IDLE": "whole request | {0:g} s |",
    "FILES": "{0:,}, or what the system allows",
    "TOKEN": "to its websocket | {0} s, once |",
    "RETRY": "tries again every {0} s",
    "UNREAD": "does not read | {0:g} s |",
    "NOTES": "{0} in {1:g} s",
    "ROOMS": "rooms at a time | {0}",
    "ROOMS_OF_ADDRESS": "of one address {0} in each process",
    "FOLLOWERS": "pages in one room | {0} |",
    "AWAY": "a room without its lecturer | {0:g} s |",
    "LONGEST": "a room | {hours:g} hours after",
    "LEADING": "leading it again | counts as {0:g} requests",
    "WRONG_CODE": "a code that no room has | counts as {0:g} requests",
    "WRONG_CODES": "{0} on one connection",
    "SAID": "a message about a room | {kib} KiB |",
    "LESSONS": "in {0} lessons",
    "OPTIONS": "one of {0} answers",
    "POINTS": "points | {0} for each lesson and connection",
    "PLOTS": "of {0} lessons",
    "COMMON_POINTS": "{0} different ones are shown",
    "SHARE": "{0:.0%} of one core",
    "RECORDING": "a recording to be fitted | {mb:g} MB;",
    "UNPACKED": "an archive {mb:g} MB unpacked |",
    "FITS": "fitted at a time | {0},",
    "FITS_WAITING": "and {0} wait |",
    "FIT_SECONDS": "fitting one | {0:g} s of processor time",
    "FIT_MEMORY": "{gb:g} GB of address space",
    "EMPTY": "nobody in it | {0:g} s |",
    "ENTRY": "counts as {0:g} messages of the connection",
    "PINGS": "pongs of one visitor | {0:g} a second, {1:g} at once",
    "PICTURE": "to scan | counts as {0:g} requests",
    "PATIENCE": "of one core; {0:g} s |",
    "EXPORTS_OF_ADDRESS": "for one address | {0} made at a time",
    "UNSENT": "yet to take | {0} MiB, of one address {1} MiB |",
    "EXPORTS": "exported at a time | {0} |",
    "SLOWEST": "an exported file | {0:g} s |",
}


@pytest.mark.parametrize("name", [name for name in vars(limits) if name.isupper() and name != "EMBEDDED_IN"])
def test_the_guide_names_every_limit_with_its_number(name):
    value = getattr(limits, name)
    if name == "VISITORS":  # which may be set for these tests; the guide names the number without
        source = (ROOT / "dashboard" / "serving" / "limits.py").read_text("utf-8")
        value = int(re.search(r'"EXPIF_VISITORS", "(\d+)"', source)[1])
    values = value if isinstance(value, tuple) else (value,)
    wanted = ROWS[name].format(
        *values, kib=int(values[0]) // 1024, hours=values[0] / 3600, mb=values[0] / 1e6, gb=values[0] / 1e9
    )
    table = GUIDE.split("\n## Limits\n")[1].split("\n## ")[0]
    assert wanted in table


def test_nginx_lets_through_what_the_page_takes():
    assert {float(rate) for rate in re.findall(r"rate=(\d+)r/s", NGINX)} == {limits.REQUESTS[0]}
    assert {float(burst) for burst in re.findall(r"delay=(\d+)", NGINX)} == {limits.REQUESTS[1]}
    assert re.findall(r"client_max_body_size (\d+)k;", NGINX) == [str(limits.BODY // 1024)]
    assert [2**20 * int(each) >= limits.RECORDING for each in re.findall(r"client_max_body_size (\d+)m;", NGINX)] == [
        True
    ]
    assert int(re.search(r"proxy_read_timeout (\d{3})s;", NGINX)[1]) > 2 * limits.FIT_SECONDS


def test_nginx_does_not_use_a_connection_that_the_page_closes():
    [kept] = re.findall(r"keepalive_timeout (\w+);", NGINX)
    assert seconds(kept) < limits.IDLE


# -- the guide -------------------------------------------------------------------------------------------------------
def test_the_guide_explains_every_field_of_health(server):
    fields = json.loads(get(f"{server}/health")[2])
    example = json.loads(re.search(r"^\{\"state\".*?\}$", GUIDE, re.DOTALL | re.MULTILINE)[0])
    assert example.keys() == fields.keys()
    rows = "\n".join(re.findall(r"^\| (`.*?) \|", GUIDE, re.MULTILINE))
    for field in fields:
        assert f"`{field}`" in rows


def test_every_flag_that_is_named_exists(flags):
    container = " ".join(of("CMD"))
    ours = re.findall(r"(?:-m dashboard|make serve ARGS=)(.*)", f"{GUIDE}\n{NGINX}\n{UNIT}\n{container}")
    named = set(re.findall(r"--[a-z][a-z-]+", " ".join(ours)))
    assert {"--class", "--use-xheaders", "--allow-websocket-origin", "--embed-in"} <= named <= flags
    docker = {"--file", "--tag", "--publish", "--init", "--detach", "--restart", "--memory", "--env", "--volume",
              "--read-only", "--tmpfs"}  # fmt: skip
    systemd = {"--full", "--now", "--unit", "--follow"}
    assert set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", GUIDE)) <= flags | docker | systemd


def test_every_file_that_the_guide_names_exists():
    for target in re.findall(r"\]\(([^)#:]+)\)", GUIDE):
        assert (ROOT / "docs" / target).exists(), target
    for target in re.findall(r"\b(?:deploy|dashboard)/[\w./-]+\.\w+", GUIDE):
        assert (ROOT / target).exists(), target
    for path in DEPLOY.iterdir():
        assert path.name == "__pycache__" or f"deploy/{path.name}" in GUIDE, path


def test_the_lines_of_the_log_that_the_guide_explains_are_written():
    sources = [path.read_text("utf-8") for folder in ("dashboard", "model") for path in (ROOT / folder).rglob("*.py")]
    log = GUIDE.split("\n## The log\n")[1].split("\n## ")[0]
    lines = [line for row in re.findall(r"^\| (`.*?) \|", log, re.MULTILINE) for line in re.findall(r"`(.*?)`", row)]
    assert len(lines) > 8
    for line in lines:  # of each the longest part that is the same every time
        part = max(re.split(r"http.*|\.\.\.|[\d.]+|: |Compiled code", line), key=len).strip(" ;")
        assert any(part in source for source in sources), line


# -- the container ---------------------------------------------------------------------------------------------------
def test_every_file_that_the_container_copies_exists_and_is_sent_to_it():
    sent = (ROOT / ".dockerignore").read_text("utf-8").split()
    assert sent[0] == "*"
    for copied in of("COPY"):
        *sources, _ = copied.split()
        for source in sources:
            assert (ROOT / source).exists(), source
            assert f"!{source}" in sent
    assert "**/__pycache__" in sent  # made for another processor


def test_the_container_holds_all_that_the_build_reads():
    copied = {source for each in of("COPY") for source in each.split()[:-1]}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert {"pyproject.toml", "requirements.lock", project["readme"], *project["license-files"]} <= copied
    assert {"model", "dashboard", "deploy/prepare.py"} <= copied


def test_the_python_of_the_container_fits():
    [base] = of("FROM")
    version = re.fullmatch(r"python:(\d+\.\d+)-slim", base)[1]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert SpecifierSet(project["requires-python"]).contains(f"{version}.0")


def test_the_container_installs_what_is_locked_and_nothing_else():
    installs = [part for run in of("RUN") for part in run.split("&&") if "pip install" in part]
    assert len(installs) == 2
    assert "--require-hashes --requirement requirements.lock" in installs[0]
    assert "--no-deps --no-build-isolation" in installs[1]


def test_the_container_serves_as_a_user_who_is_not_root():
    names = [name for name, _ in DOCKER]
    assert of("USER")[-1] not in ("root", "0")
    assert names.index("USER") < names.index("CMD")
    assert DOCKER[names.index("USER") + 2] == ("RUN", "python deploy/prepare.py")  # so that what is kept is its own


def test_the_container_asks_after_its_health(server):
    port = server.split(":")[2].split("/")[0]
    [check] = of("HEALTHCHECK")
    _, flag, code = json.loads(check.split("CMD", 1)[1])
    code = code.replace("5006", port)
    assert subprocess.run([sys.executable, flag, code], env={**os.environ, "no_proxy": "*"}).returncode == 0
    gone = subprocess.run([sys.executable, flag, code.replace("/health", "/nothing")], capture_output=True)
    assert gone.returncode != 0


@pytest.mark.skipif(sys.platform == "win32", reason="needs a shell as the container has it")
def test_the_command_of_the_container_is_one_process_with_all_its_flags(tmp_path):
    """The shell gives way to the server, which is told to stop and says so to its visitors."""
    fake = tmp_path / "python"
    fake.write_text('#!/bin/sh\necho $PPID "$@"\n')
    fake.chmod(0o755)
    shell = json.loads(of("CMD")[0])
    env = {"PATH": f"{tmp_path}:{os.environ['PATH']}", "NAME": "neuron.example", "FLAGS": "--index x --num-procs 2"}
    parent, *said = subprocess.run(shell, env=env, capture_output=True, text=True, check=True).stdout.split()
    assert int(parent) == os.getpid()
    assert said == ["-m", "dashboard", "--address", "0.0.0.0", "--allow-websocket-origin=neuron.example",
                    "--index", "x", "--num-procs", "2"]  # fmt: skip


# -- systemd ---------------------------------------------------------------------------------------------------------
def unit() -> configparser.ConfigParser:
    parser = configparser.ConfigParser(strict=False, interpolation=None)
    parser.optionxform = str
    parser.read_string(UNIT)
    return parser


@pytest.mark.skipif(ANALYZE is None, reason="systemd-analyze is not installed")
def test_systemd_takes_the_unit(tmp_path):
    here = tmp_path / "expif-dashboard.service"
    assert "/opt/expif-dashboard/.venv/bin/python " in UNIT
    here.write_text(UNIT.replace("/opt/expif-dashboard/.venv/bin/python", sys.executable), "utf-8")
    checked = subprocess.run([ANALYZE, "verify", here], capture_output=True, text=True)
    assert (checked.returncode, checked.stderr) == (0, "")


def test_the_service_may_write_its_kernels_and_nothing_else():
    service = unit()["Service"]
    folder = f"/var/cache/{service['CacheDirectory']}"
    assert f"Environment=NUMBA_CACHE_DIR={folder}\n" in UNIT
    assert folder in GUIDE
    assert (service["ProtectSystem"], service["DynamicUser"], service["NoNewPrivileges"]) == ("strict", "yes", "yes")
    assert "MemoryDenyWriteExecute=" not in UNIT  # kernels are compiled


def test_nginx_and_the_service_speak_of_the_same_place():
    [port] = re.findall(r"server 127\.0\.0\.1:(\d+);", NGINX)
    command = unit()["Service"]["ExecStart"]
    [name] = set(re.findall(r"server_name (.*);", NGINX))
    assert f"--address 127.0.0.1 --port {port} --use-xheaders --allow-websocket-origin={name}" in command


@pytest.mark.skipif(MAKE is None, reason="needs make")
def test_the_service_is_installed_without_being_started():
    [target] = set(re.findall(r"make (\.venv/\S+)", GUIDE))
    command = [MAKE, "--dry-run", "--always-make", target]
    planned = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert "--requirement requirements.lock" in planned
    assert "-m dashboard" not in planned
