"""The servers that other tests start are judged by what the page holds, not by its status."""

from __future__ import annotations

import pytest

SERVE = ("-m", "panel", "serve", "dashboard")


@pytest.fixture
def other_dashboard(tmp_path):
    (tmp_path / "dashboard").mkdir()
    return tmp_path / "dashboard" / "main.py"


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
