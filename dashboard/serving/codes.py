"""A room's secret, with which it is led, and what follows from it: the code by which it is joined, and its mark.

The page of the lecturer makes the secret and keeps it. Whatever process it meets, and after a restart of the server,
the same secret gives the same room, and nothing had to be stored. The way back, from a code to a secret that gives it,
is long on purpose. Who has been in a room knows its mark: another one with the same code is not taken for it.
"""

from __future__ import annotations

import hashlib
import re

ROUNDS = 10_000  # of hashing, 5 ms: a secret that gives one certain code is found after 10**8 of these
SECRET, CODE, MARK = re.compile(r"[\w-]{22}", re.ASCII), re.compile(r"[0-9]{8}"), re.compile(r"[0-9a-f]{32}")


def is_secret(value: object) -> bool:
    """Whether this could be the secret of a room: 128 random bits in the letters of an address."""
    return isinstance(value, str) and SECRET.fullmatch(value) is not None


def is_code(value: object) -> bool:
    """Whether this could be the code of a room: eight digits, which every language can read aloud."""
    return isinstance(value, str) and CODE.fullmatch(value) is not None


def is_mark(value: object) -> bool:
    """Whether this could be the mark of a room."""
    return isinstance(value, str) and MARK.fullmatch(value) is not None


def code_of(secret: str) -> str:
    """Return the code by which the room of a secret is joined; takes some milliseconds, without the interpreter."""
    number = hashlib.pbkdf2_hmac("sha256", secret.encode(), b"the code of a room", ROUNDS, 8)
    return f"{int.from_bytes(number, 'big') % 10**8:08}"


def mark_of(secret: str) -> str:
    """Return what tells the room of a secret from all others, and can be known to everybody in it."""
    return hashlib.sha256(b"the mark of a room" + secret.encode()).hexdigest()[:32]
