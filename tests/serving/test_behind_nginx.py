"""The page behind a web server: with the very file in deploy/, over TLS and below a path of another site."""

import asyncio
import gzip
import http.client
import json
import os
import re
import shutil
import socket
import ssl
import subprocess
import time
from pathlib import Path

import pytest
from tornado.httpclient import HTTPClientError, HTTPRequest
from tornado.netutil import DefaultLoopResolver
from tornado.websocket import websocket_connect

from dashboard.serving.limits import BODY
from tests.conftest import PATIENCE, ROOT, Server, free_port
from tests.serving.raw import Raw

NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/opt/homebrew/bin")
OPENSSL = shutil.which("openssl")
FILE = ROOT / "deploy" / "nginx.conf"
NAME, PAGE = "neuron.example", "/neuron/dashboard"
MAIN = """
daemon off;
worker_processes 1;
pid {folder}/pid;
error_log {folder}/error.log;
{user}
events {{ worker_connections 256; }}
http {{
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/expif.conf;
}}
"""

pytestmark = [
    pytest.mark.skipif(NGINX is None, reason="nginx is not installed"),
    pytest.mark.skipif(OPENSSL is None, reason="openssl, which makes the certificate, is not installed"),
]


def has_ipv6() -> bool:
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
    except OSError:
        return False
    return True


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def replaced(text: str, changes: dict[str, str]) -> str:
    for old, new in changes.items():
        assert old in text, f"{FILE.name} no longer says {old}"
        text = text.replace(old, new)
    return text


class Nginx:
    """nginx with our file, in which ports, certificate and what else `changes` names are replaced."""

    def __init__(self, folder: Path, app: int, **changes: str) -> None:
        self.folder, self.tls, self.plain = folder, free_port(), free_port()
        self.certificate = folder / "certificate.pem"
        subprocess.run(
            [OPENSSL, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
             "-days", "2", "-subj", f"/CN={NAME}", "-addext", f"subjectAltName=DNS:{NAME}",
             "-keyout", folder / "key.pem", "-out", self.certificate],
            check=True, capture_output=True,
        )  # fmt: skip
        six = has_ipv6()
        ours = replaced(FILE.read_text("utf-8"), {
            "server 127.0.0.1:5006;": f"server 127.0.0.1:{app};",
            "listen 80;": f"listen 127.0.0.1:{self.plain};",
            "listen [::]:80;": f"listen [::1]:{self.plain};" if six else "",
            "listen 443 ssl": f"listen 127.0.0.1:{self.tls} ssl",
            "listen [::]:443 ssl http2;": f"listen [::1]:{self.tls} ssl http2;" if six else "",
            f"/etc/ssl/{NAME}/fullchain.pem": str(self.certificate),
            f"/etc/ssl/{NAME}/privkey.pem": str(folder / "key.pem"),
            **changes,
        })  # fmt: skip
        (folder / "expif.conf").write_text(ours, "utf-8")
        user = "user root;" if os.geteuid() == 0 else ""  # its own user could not enter this folder
        (folder / "nginx.conf").write_text(MAIN.format(folder=folder, user=user), "utf-8")
        self.trust = ssl.create_default_context(cafile=self.certificate)
        self.command = [NGINX, "-p", folder, "-e", folder / "error.log", "-c", folder / "nginx.conf"]

    def start(self) -> None:
        checked = subprocess.run([*self.command, "-t"], capture_output=True, text=True)
        assert checked.returncode == 0, checked.stderr
        self.process = subprocess.Popen(self.command, start_new_session=True)
        end = time.monotonic() + PATIENCE
        while not listens(self.tls) and time.monotonic() < end:
            assert self.process.poll() is None, (self.folder / "error.log").read_text()
            time.sleep(0.05)

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(20)

    def get(self, path: str, method: str = "GET", body: bytes | None = None, **headers: str):
        """Ask over TLS; return status, headers (names in small letters) and content."""
        connection = http.client.HTTPSConnection(NAME, self.tls, timeout=20)
        try:
            plain = socket.create_connection(("127.0.0.1", self.tls), timeout=20)
            connection.sock = self.trust.wrap_socket(plain, server_hostname=NAME)
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request(method, path, body, {"Host": NAME, **named})
            answer = connection.getresponse()
            return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
        finally:
            connection.close()

    def visitor(self, address: str = "127.0.0.1", **headers: str) -> "Visitor":
        return Visitor(self, address, **headers)


class At(DefaultLoopResolver):
    """Finds every name at one address."""

    def initialize(self, address: str) -> None:
        self.address = address

    async def resolve(self, host: str, port: int, family: int = socket.AF_UNSPEC):
        return await super().resolve(self.address, port, family)


class Visitor(Raw):
    """A visitor whose websocket goes through nginx."""

    def __init__(self, nginx: Nginx, address: str, **headers: str) -> None:
        token = re.search(rb'name="token" content="([^"]+)"', nginx.get(PAGE)[2])[1].decode()
        super().__init__(f"https://{NAME}:{nginx.tls}{PAGE}", token)
        self.headers = {"Host": NAME, "Origin": f"https://{NAME}"} | headers
        self.trust, self.address = nginx.trust, address

    async def __aenter__(self) -> "Visitor":
        request = HTTPRequest(
            f"wss://{self.parts.netloc}{self.parts.path}/ws", headers=self.headers, ssl_options=self.trust
        )
        self.socket = await websocket_connect(request, subprotocols=["expif", self.token], resolver=At(self.address))
        self.open = True
        return self


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    """The page, started as deploy/expif-dashboard.service starts it."""
    unit = (ROOT / "deploy" / "expif-dashboard.service").read_text("utf-8")
    flags = re.search(r"^ExecStart=\S+ (.*) --port 5006 (.*)$", unit, re.MULTILINE)
    arguments = tuple(f"{flags[1]} {flags[2]}".split())
    app = Server(arguments, ROOT, {}, tmp_path_factory.mktemp("app") / "log")
    app.start()
    yield app
    app.stop()


@pytest.fixture(scope="module")
def nginx(app, tmp_path_factory):
    nginx = Nginx(tmp_path_factory.mktemp("nginx"), app.port)
    nginx.start()
    yield nginx
    nginx.stop()


def refused(visitor):
    """The status with which a websocket is refused."""

    async def connect():
        async with visitor:
            return 101

    try:
        return asyncio.run(connect())
    except HTTPClientError as error:
        return error.code


def test_the_page_is_there_over_https_below_its_path(nginx):
    status, headers, content = nginx.get(PAGE)
    assert status == 200
    assert b'"root_ids":[' in content
    assert f"wss://{NAME};" in headers["content-security-policy"]
    assert "max-age" in headers["strict-transport-security"]
    assert headers["cache-control"] == "no-store"


def test_the_page_travels_compressed(nginx):
    _, headers, content = nginx.get(PAGE, Accept_Encoding="gzip")
    assert headers["content-encoding"] == "gzip"
    assert b'"root_ids":[' in gzip.decompress(content)


def test_its_files_are_compressed_and_kept_for_good(nginx):
    page = nginx.get(PAGE)[2].decode()
    files = set(re.findall(r'(?:href|src)="(dashboard/assets/[^"]+)"', page))
    assert {Path(file).name for file in files} >= {"bokeh.min.js", "page.js", "page.css", "link.js", "constant.json"}
    for file in files:
        status, headers, content = nginx.get(f"/neuron/{file}", Accept_Encoding="gzip")
        assert status == 200
        assert headers["content-encoding"] == "gzip"
        assert "immutable" in headers["cache-control"]
        assert len(gzip.decompress(content)) > len(content)


def test_a_visitors_choices_are_answered(nginx):
    async def visit():
        async with nginx.visitor() as visitor:
            await visitor.ask(hello="?I=12")
            return await visitor.ask(choose={"delta_T": 2.5})

    answer = asyncio.run(visit())
    assert answer["answer"]["values"]["delta_T"] == 2.5
    assert "Hz" in answer["texts"]["sentence"]


@pytest.mark.parametrize(("path", "to"), [
    ("/neuron", f"https://{NAME}/neuron/"), ("/neuron/", "dashboard"), ("/neuron/?I=12", "dashboard?I=12"),
    ("/neuron/dashboard/", "../dashboard"),
])  # fmt: skip
def test_addresses_beside_the_page_lead_to_it(nginx, path, to):
    status, headers, _ = nginx.get(path)
    assert status in (301, 302)
    assert headers["location"].replace(f":{nginx.tls}", "") == to


def test_who_comes_without_tls_is_led_to_it(nginx):
    connection = http.client.HTTPConnection("127.0.0.1", nginx.plain, timeout=20)
    connection.request("GET", f"{PAGE}?I=12", headers={"Host": NAME})
    answer = connection.getresponse()
    assert (answer.status, answer.getheader("Location")) == (301, f"https://{NAME}{PAGE}?I=12")
    connection.close()


@pytest.mark.parametrize("path", [PAGE, "/neuron/health", "/neuron/dashboard/ws"])
def test_a_foreign_name_is_refused(nginx, path):
    status, _, content = nginx.get(path, Host="evil.example", Origin="https://evil.example")
    assert status == 403
    assert b"token" not in content


@pytest.mark.parametrize("headers", [{"Origin": "https://evil.example"}, {"Host": "evil.example"}])
def test_a_strangers_page_opens_no_websocket(nginx, headers):
    assert refused(nginx.visitor()) == 101
    assert refused(nginx.visitor(**headers)) == 403


def test_health_is_told(nginx):
    status, headers, content = nginx.get("/neuron/health")
    assert status == 200
    assert headers["content-type"] == "application/json"
    assert json.loads(content)["state"] == "ready"


def test_nothing_else_of_the_site_is_ours(nginx):
    assert nginx.get("/dashboard")[0] == 404
    assert nginx.get("/neuron/nothing")[0] == 404


def test_a_request_that_brings_much_is_refused(nginx):
    assert nginx.get(PAGE, "POST", b"\0" * BODY)[0] == 405
    assert nginx.get(PAGE, "POST", b"\0" * (BODY + 1))[0] == 413


def logged_about(app, visitor):
    """The log of a visitor who misbehaves."""

    async def misbehave():
        async with visitor:
            await visitor.send(b"no text")
            await visitor.closed()

    before = len(app.text)
    asyncio.run(misbehave())
    return app.text[before:]


def test_a_visitor_cannot_name_an_address_of_his_own(app, nginx):
    log = logged_about(app, nginx.visitor(**{"X-Real-IP": "203.0.113.9", "X-Forwarded-For": "203.0.113.9"}))
    assert "127.0.0.1: " in log
    assert "203.0.113.9" not in log


@pytest.mark.skipif(not has_ipv6(), reason="needs a second address, ::1")
def test_limits_are_for_the_address_of_the_visitor_not_that_of_nginx(app, nginx):
    assert "::1: " in logged_about(app, nginx.visitor("::1"))


def test_who_asks_too_much_is_asked_to_come_back(app, tmp_path):
    nginx = Nginx(tmp_path, app.port, **{"rate=300r/s": "rate=1r/m", "burst=18000 delay=9000": "burst=3 delay=3"})
    nginx.start()
    try:
        seen = [nginx.get("/neuron/health") for _ in range(6)]
    finally:
        nginx.stop()
    assert [status for status, _, _ in seen] == [200] * 4 + [503] * 2
    _, headers, content = seen[-1]
    assert headers["retry-after"] == "10"
    assert b"tries again by itself" in content


def test_while_the_page_is_away_visitors_are_told_to_wait(tmp_path):
    nginx = Nginx(tmp_path, free_port())
    nginx.start()
    try:
        status, headers, content = nginx.get(PAGE)
    finally:
        nginx.stop()
    assert status == 503
    assert headers["content-type"] == "text/html; charset=utf-8"
    assert b"tries again by itself" in content
