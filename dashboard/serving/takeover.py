"""The one place that reaches into Bokeh's server: `panel serve dashboard` starts it, and this package answers.

Bokeh and Panel build a document, a session and a protocol connection for every visitor (0.9 s of processor time), run
whatever module a component's address names, and take patches of any model from any browser. An application can add
handlers beside all of that, but not take its place. So the class that `bokeh.server.server.Server` makes is replaced by
one that hands tornado our routes instead of Bokeh's; starting, options, ports and processes stay Bokeh's.

Places: the names `BokehTornado` and `HTTPServer` in `bokeh.server.server`, and that the latter's `start` is what parts
the processes; that the former's constructor passes all routes to `tornado.web.Application`; its attributes `_prefix`
and `_websocket_origins` (public as `prefix`, `websocket_origins`), and its methods `start` and `stop`.
`tests/serving/test_takeover.py` fails when one of them changes.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from functools import partial
from typing import Any

import bokeh.server.server as bokeh_server
from bokeh.server.auth_provider import NullAuth
from bokeh.server.tornado import BokehTornado
from panel.config import config
from tornado import autoreload
from tornado.httpserver import HTTPServer
from tornado.process import cpu_count, task_id
from tornado.web import Application

from dashboard.serving import answers
from dashboard.serving.between import Between
from dashboard.serving.exports import Exports
from dashboard.serving.files import BROWSER
from dashboard.serving.limits import BODY, HEADERS, IDLE, MESSAGE
from dashboard.serving.recordings import Recordings, Seats
from dashboard.serving.site import ServerState
from dashboard.serving.socket import Socket

log = logging.getLogger("dashboard")


def install() -> None:
    """Let every Bokeh server that this process makes from now on serve the page."""
    bokeh_server.BokehTornado = Site  # type: ignore[misc] # a name of Bokeh's
    # tornado's own limits are 100 MB a request, and an hour for a connection that says nothing
    bokeh_server.HTTPServer = partial(  # type: ignore[misc, assignment] # a name of Bokeh's
        Listener, idle_connection_timeout=IDLE, max_header_size=HEADERS, max_body_size=BODY
    )
    log.setLevel(logging.INFO)


class Listener(HTTPServer):
    """tornado's server, which makes what its processes talk by before there are several."""

    def start(self, num_processes: int | None = 1, max_restarts: int | None = None) -> None:
        """Start; from here on there may be several processes."""
        if isinstance(self.request_callback, Site):
            self.request_callback.state.rooms.between = Between(num_processes or cpu_count())
        super().start(num_processes, max_restarts)


class Routes(Application):
    """The application that takes the place of tornado's under Bokeh's: all of Bokeh's routes are dropped for ours."""

    state: ServerState  # it and the routes are those of `Site`
    routes: Callable[[], list[tuple]]

    def __init__(self, handlers: list, **settings: Any) -> None:
        settings |= {
            "websocket_max_message_size": MESSAGE, "websocket_ping_interval": 30, "websocket_ping_timeout": 20,
            "default_handler_class": answers.Nothing, "default_handler_args": {"state": self.state},
            "log_function": lambda handler: None, "autoreload": False, "compress_response": False,
        }  # fmt: skip
        super().__init__(self.routes(), **settings)


class Site(BokehTornado, Routes):
    """Bokeh's application with our routes."""

    def __init__(self, applications: Any, **options: Any) -> None:
        if not isinstance(options.get("auth_provider", NullAuth()), NullAuth):
            raise ValueError(
                "This page knows no login, and would be open to everybody: leave the options for authentication away, "
                "and let the web server in front of it ask for a password (see docs/serving.md)."
            )
        if len({id(application) for application in applications.values()}) > 1:
            raise ValueError("A server shows this page and nothing else; start another one for other applications.")
        key = options.get("secret_key") or secrets.token_bytes(32)
        self.state = ServerState(set(options.get("extra_websocket_origins") or ()), key)
        self._url = str(options.get("absolute_url") or "").rstrip("/")
        self._paths = [path.strip("/") for path in applications]
        super().__init__(applications, **options)

    def routes(self) -> list[tuple]:
        """Return our routes."""
        shared = {"state": self.state}
        start = self.prefix
        routes: list[tuple] = [
            (f"{start}/dashboard/ws", Socket, shared),
            (rf"{start}/dashboard/assets/([\w-]+)/([\w.-]+)", answers.TheFiles, shared),
            (rf"{start}/dashboard/export/([\w.]+)", Exports, shared),
            (f"{start}/dashboard/recording", Recordings, {**shared, "seats": Seats()}),
            (f"{start}(?:/dashboard)?/health", answers.Health, shared),
            (f"{start}/dashboard", answers.ThePage, shared),
            (f"{start}/dashboard/", answers.Elsewhere, {**shared, "to": "../dashboard"}),
        ]
        if "" in self._paths:  # --index: the page stands at the root as well
            routes.append((f"{start}/", answers.ThePage, shared))
        routes.append((f"{start}/", answers.Elsewhere, {**shared, "to": "dashboard"}))
        return routes

    def start(self) -> None:
        """Start; of Bokeh's own jobs (sessions, pings, statistics) there is nothing to do."""
        url = f"{self._url}{self.prefix}/dashboard" if task_id() in (None, 0) else None  # one process tells
        self._loop.add_callback(self.state.start, url, task_id())
        if config.autoreload:  # --dev: a change in any of our files starts the server anew, and open pages come back
            for path in BROWSER.iterdir():
                autoreload.watch(str(path))
            autoreload.start()

    def stop(self, wait: bool = True) -> None:
        """Stop; there is nothing of Bokeh's to clean up."""
