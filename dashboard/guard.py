"""What a visitor must not see, and what the network must not delay."""

from __future__ import annotations

from typing import Any

from bokeh.document import Document
from bokeh.protocol.messages.error import error as ErrorMessage
from bokeh.server.connection import ServerConnection

REFUSAL = "The server refused this message; nothing was changed."


def hide_tracebacks() -> None:
    """Answer a message that cannot be handled with a sentence.

    Bokeh's own answer carries the traceback with paths of this machine; that stays in the server's log.
    """

    def refuse(self: ServerConnection, message: Any, text: str) -> ErrorMessage:
        return ErrorMessage(
            ErrorMessage.create_header(request_id=message.header["msgid"]), {}, {"text": REFUSAL, "traceback": None}
        )

    ServerConnection.error = refuse


def send_at_once(doc: Document) -> None:
    """Turn off Nagle's algorithm on a visitor's websocket, which holds small messages back for about 40 ms."""
    session = doc.session_context.session if doc.session_context else None
    for connection in session._subscribed_connections if session else ():
        connection._socket.set_nodelay(True)
