"""How messages travel between server and browser: whole, at once, and without what a visitor must not see."""

from __future__ import annotations

from functools import partial
from importlib import import_module
from typing import Any

from bokeh.core.serialization import Serializer
from bokeh.document import Document
from bokeh.protocol.messages.error import error as ErrorMessage
from bokeh.server.connection import ServerConnection

REFUSAL = "The server refused this message; nothing was changed."


def install() -> None:
    """Set up this process; done once, before the first visitor."""
    send_arrays_inline()
    hide_tracebacks()


def send_arrays_inline() -> None:
    """Send the arrays of an update inside its message.

    Bokeh sends each array as two websocket frames of its own, about forty for one move of a slider, and each costs
    both sides more than its bytes do. Inline (base64) an update is three frames.
    """
    # import_module, since the package re-exports a class under the name of this module
    messages = import_module("bokeh.protocol.messages.patch_doc")
    messages.Serializer = partial(Serializer, deferred=False)


def hide_tracebacks() -> None:
    """Answer a message that cannot be handled with a sentence.

    Bokeh's own answer carries the traceback with paths of this machine; that stays in the server's log.
    """

    def refuse(self: ServerConnection, message: Any, text: str) -> ErrorMessage:
        header = ErrorMessage.create_header(request_id=message.header["msgid"])
        return ErrorMessage(header, {}, {"text": REFUSAL, "traceback": None})

    ServerConnection.error = refuse


def send_at_once(doc: Document) -> None:
    """Turn off Nagle's algorithm on a visitor's websocket, which holds small messages back for about 40 ms."""
    session = doc.session_context.session if doc.session_context else None
    for connection in session._subscribed_connections if session else ():
        connection._socket.set_nodelay(True)
