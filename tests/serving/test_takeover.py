"""Each place where this project reaches into Bokeh; a test fails when one of them changes."""

import inspect
import subprocess
import sys
import tomllib
from pathlib import Path

import bokeh.server.server as bokeh_server
import pytest
from bokeh.application import Application
from bokeh.server.tornado import BokehTornado
from packaging.requirements import Requirement
from tornado.httpserver import HTTPServer
from tornado.web import Application as TornadoApplication

from dashboard.serving import answers, exports, recordings, socket, takeover

ROOT = Path(__file__).parent.parent.parent


def test_bokehs_server_makes_its_application_by_the_name_that_is_replaced(monkeypatch):
    made = []
    monkeypatch.setattr(bokeh_server, "BokehTornado", lambda *given, **options: made.append(options) or 1 / 0)
    with pytest.raises(ZeroDivisionError):
        bokeh_server.Server({"/x": Application()}, port=0)
    assert "extra_websocket_origins" in made[0]
    assert "absolute_url" in made[0]
    assert "prefix" in made[0]


def test_bokehs_server_makes_its_http_server_by_the_name_that_is_given_limits(monkeypatch):
    made = []
    monkeypatch.setattr(bokeh_server, "HTTPServer", lambda *given, **options: made.append(given) or 1 / 0)
    with pytest.raises(ZeroDivisionError):
        bokeh_server.Server({"/x": Application()}, port=0)
    assert isinstance(made[0][0], TornadoApplication)


def test_bokehs_server_starts_its_processes_by_the_method_that_makes_what_they_talk_by():
    assert "http_server.start(opts.num_procs)" in inspect.getsource(bokeh_server)
    assert issubclass(takeover.Listener, HTTPServer)


def test_bokehs_application_hands_its_routes_to_tornados():
    assert takeover.Site.__mro__[1:4] == (BokehTornado, takeover.Routes, TornadoApplication)
    site = takeover.Site({"/dashboard": Application()}, prefix="/lab")
    handlers = {rule.matcher.regex.pattern: rule.target for rule in site.wildcard_router.rules}
    ours = {answers.ThePage, answers.TheFiles, answers.Health, answers.Elsewhere}
    ours |= {socket.Socket, exports.Exports, recordings.Recordings}
    assert set(handlers.values()) == ours
    assert all(pattern.startswith("/lab") for pattern in handlers)


def test_bokehs_own_start_and_stop_are_replaced():
    assert {"start", "stop"} <= set(vars(takeover.Site)) & set(vars(BokehTornado))
    assert "self._tornado.start()" in inspect.getsource(bokeh_server.BaseServer.start)
    assert "self._tornado.stop(wait)" in inspect.getsource(bokeh_server.BaseServer.stop)


def test_messages_are_limited_and_no_answer_is_written_to_the_log():
    settings = takeover.Site({"/dashboard": Application()}).settings
    assert settings["websocket_max_message_size"] == 64 * 1024
    assert settings["default_handler_class"] is answers.Nothing
    assert settings["log_function"](None) is None


def test_the_versions_that_were_tried_are_capped():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    caps = {(each := Requirement(line)).name: str(each.specifier) for line in project["dependencies"]}
    for name in ("bokeh", "panel", "holoviews", "tornado"):
        assert "<" in caps[name]


def test_the_hooks_of_the_folder_take_over_before_the_server_is_made():
    script = "import bokeh.server.server as s; import dashboard.app_hooks; print(s.BokehTornado.__module__)"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "dashboard.serving.takeover"
