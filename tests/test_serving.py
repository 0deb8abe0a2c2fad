"""The servers that other tests start are judged by what the page holds, not by its status."""

from __future__ import annotations

import pytest

SERVE = ("-m", "panel", "serve", "dashboard")
CONTENT = b'<script>{"root_ids":["1"]}</script>'

# Answers in turn what it is told, and the last one for ever; says which addresses it was asked for.
ANSWERS = """
import http.server, sys

class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        answers = ANSWERS["health" if self.path.endswith("/health") else "page"]
        status, content = answers.pop(0) if len(answers) > 1 else answers[0]
        print("asked", self.path, status, flush=True)
        self.send_response(status)
        self.end_headers()
        self.wfile.write(content)

http.server.ThreadingHTTPServer(("localhost", int(sys.argv[-1])), Handler).serve_forever()
"""


@pytest.fixture
def serve_answers(serve, tmp_path):
    """Start a server that gives these answers, each a status and a content."""

    def start(page, health):
        script = tmp_path / "answers.py"
        script.write_text(f"ANSWERS = {dict(page=page, health=health)!r}\n{ANSWERS}")
        return serve(str(script))

    return start


@pytest.fixture
def other_dashboard(tmp_path):
    (tmp_path / "dashboard").mkdir()
    return tmp_path / "dashboard" / "main.py"


def test_a_page_that_is_being_prepared_is_waited_for(serve_answers) -> None:
    soon = (503, b"The page is being prepared: 3 of 12.")
    server = serve_answers([soon, soon, (200, CONTENT)], [(200, b'{"state": "ready"}')])
    assert server.text.count("asked /dashboard 503") == 2
    assert server.text.count("asked /dashboard 200") == 1


def test_a_page_that_does_not_answer_choices_yet_is_waited_for(serve_answers) -> None:
    soon = (503, b'{"state": "3 of 12: the first page"}')
    server = serve_answers([(200, CONTENT)], [soon, soon, (200, b'{"state": "ready"}')])
    assert server.text.count("asked /dashboard/health 503") == 2
    assert server.text.count("asked /dashboard/health 200") == 1


def test_a_page_that_could_not_be_prepared_is_no_page(serve_answers) -> None:
    failed = (503, b"The page is being prepared: the page could not be prepared; the log says why.")
    with pytest.raises(pytest.fail.Exception, match="no content"):
        serve_answers([failed], [failed])


def test_a_page_whose_program_could_not_be_prepared_is_no_page(serve_answers) -> None:
    """The page itself was kept by an earlier start, but nobody would answer."""
    with pytest.raises(pytest.fail.Exception, match="no content"):
        serve_answers([(200, CONTENT)], [(503, b'{"state": "the page could not be prepared; the log says why"}')])


@pytest.mark.parametrize("status", [404, 500, 503])
def test_an_error_is_no_page(serve_answers, status) -> None:
    with pytest.raises(pytest.fail.Exception, match="no content"):
        serve_answers([(status, b"Sorry"), (200, CONTENT)], [(200, b"")])


def test_a_page_whose_script_fails_is_no_page(serve, other_dashboard) -> None:
    other_dashboard.write_text("import nothing_of_that_name")
    with pytest.raises(pytest.fail.Exception, match=r"(?s)no content.*nothing_of_that_name"):
        serve(*SERVE, cwd=other_dashboard.parent.parent)


def test_a_page_that_cannot_be_rendered_is_no_page(serve, other_dashboard) -> None:
    other_dashboard.write_text(
        "import panel as pn\n"
        "page = pn.Template('{% extends base %}{% block contents %}{{ embed(roots.nobody) }}{% endblock %}')\n"
        "page.servable()"
    )
    with pytest.raises(pytest.fail.Exception, match=r"(?s)no content.*nobody"):
        serve(*SERVE, cwd=other_dashboard.parent.parent)


def test_a_server_that_ends_at_once_is_no_server(serve, other_dashboard) -> None:
    with pytest.raises(pytest.fail.Exception, match=r"(?s)does not answer.*No such option|unrecognized"):
        serve(*SERVE, "--no-such-option", cwd=other_dashboard.parent.parent)


def test_a_server_comes_back_at_the_same_address(serve, other_dashboard) -> None:
    other_dashboard.write_text("import panel as pn\npn.pane.Str('content').servable()")
    server = serve(*SERVE, cwd=other_dashboard.parent.parent)
    address, process = server.url, server.process
    server.stop()
    assert process.poll() is not None
    server.start()
    assert server.url == address
