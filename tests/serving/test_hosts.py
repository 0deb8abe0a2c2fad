"""The server answers to names that no stranger can own, and to those it was told."""

import pytest

from dashboard.serving.hosts import allowed, same_origin


@pytest.mark.parametrize(
    ("host", "listed", "answer"),
    [
        ("localhost:5006", (), True),
        ("localhost", (), True),
        ("127.0.0.1:8888", (), True),
        ("[::1]:5006", (), True),
        ("192.168.1.5:5006", (), True),  # the address on which the request arrived
        ("192.168.1.6:5006", (), False),
        ("neuron.example", (), False),
        ("neuron.example", ("neuron.example:443",), True),
        ("neuron.example", ("neuron.example:80",), True),
        ("neuron.example:8080", ("neuron.example:80",), False),
        ("neuron.example.evil.example", ("neuron.example:80",), False),
        ("evil.example", ("*",), True),
        ("", (), False),
        ("localhost:x", (), False),
        ("localhost:99999999", (), False),
        ("user@localhost", (), False),
        ("localhost/x", (), False),
        ("[::1", (), False),
    ],
)
def test_only_allowed_names_are_answered(host, listed, answer):
    assert allowed(host, "192.168.1.5", listed) is answer


def test_an_address_of_the_older_kind_counts_where_the_newer_kind_listens():
    assert allowed("192.168.1.5:1", "::ffff:192.168.1.5", ())
    assert allowed("[fe80::1]:1", "fe80::1%eth0", ())
    assert not allowed("192.168.1.5", "", ())


@pytest.mark.parametrize(
    ("origin", "host", "answer"),
    [
        ("http://localhost:5006", "localhost:5006", True),
        ("https://neuron.example", "neuron.example", True),
        ("https://neuron.example", "inner:5006", True),  # a proxy that changes the host
        ("http://localhost:5007", "localhost:5006", False),
        ("http://evil.example", "localhost:5006", False),
        ("null", "null", False),
        ("", "", False),
        (None, "localhost", False),
        ("http://localhost:x", "localhost:x", False),
    ],
)
def test_only_pages_of_this_server_open_websockets(origin, host, answer):
    assert same_origin(origin, host, ("neuron.example:443",)) is answer
