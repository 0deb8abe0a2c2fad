"""How messages travel between server and browser: whole, at once, and without what a visitor must not see."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from importlib import import_module
from typing import Any

from bokeh.core.serialization import Serializer
from bokeh.document import Document
from bokeh.document.events import DocumentPatchedEvent
from bokeh.protocol.messages.error import error as ErrorMessage
from bokeh.server.connection import ServerConnection
from bokeh.settings import settings

REFUSAL = "The server refused this message; nothing was changed."


def install() -> None:
    """Set up this process; done once, before the first visitor."""
    send_arrays_inline()
    hide_tracebacks()


def send_arrays_inline() -> None:
    """Send the arrays of an update inside its message.

    Bokeh sends each array as two websocket frames of its own, about forty for one move of a slider, and each costs
    both sides more than its bytes do. Inline (base64) an update is three frames. Inline arrays are compressed; at the
    default level 9 that takes longer than the simulation.
    """
    settings.compression_level = 1
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


@contextmanager
def one_message(doc: Document) -> Iterator[None]:
    """Let everything that changes inside travel in one message, sent as soon as the websocket is free.

    Panel's own `hold` does the same, but waits 10 ms whenever the answer to the browser's message is still on its way
    out, which is the rule while a slider moves.
    """
    doc.hold("combine")
    try:
        yield
    finally:
        events, doc.callbacks._held_events = list(doc.callbacks._held_events), []
        doc.unhold()
        patches = [event for event in events if isinstance(event, DocumentPatchedEvent)]
        for event in events:
            if event not in patches:
                doc.callbacks.trigger_on_change(event)
        if patches:
            send(doc, patches)


def send(doc: Document, patches: list[DocumentPatchedEvent]) -> None:
    """Send patches to everyone who looks at a document; one websocket sends its messages in the order of the calls."""
    session = doc.session_context.session if doc.session_context else None
    for connection in session._subscribed_connections if session else ():
        message = connection.protocol.create("PATCH-DOC", patches)  # now: later the models may have changed again
        keep(asyncio.ensure_future(connection._socket.send_message(message)))


_under_way: set[asyncio.Future] = set()


def keep(task: asyncio.Future) -> None:
    """Hold on to a task until it is done; the event loop alone does not."""
    _under_way.add(task)
    task.add_done_callback(_under_way.discard)
