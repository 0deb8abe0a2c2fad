"""What one visitor, one address and all together may ask of the server."""

from __future__ import annotations

import os

from dashboard.sizes import RECORDING as RECORDING  # bytes of a recording that is fitted

# Set by `python -m dashboard --visitors N --embed-in ORIGIN`, or by hand for `panel serve dashboard`.
VISITORS = int(os.environ.get("EXPIF_VISITORS", "600"))  # of one process; further ones are told to come back later
EMBEDDED_IN = os.environ.get("EXPIF_EMBEDDED_IN", "'none'")  # origins whose pages may show this one in a frame

MESSAGE = 64 * 1024  # bytes of one message from a browser; a page's own have fewer than 2000
MESSAGES = (100.0, 200.0)  # from one visitor: a second, and at once; a slider sends 60 a second
# A page counts as five requests, a file as one: a class of 300 behind one address that opens the page makes 3300.
REQUESTS = (300.0, 6000.0)  # from one address: a second, and at once
ALL_REQUESTS = (600.0, 12000.0)  # from all addresses together
MOST_ADDRESSES = 10_000  # that are kept in mind
MOST_WAITING = 500  # requests beyond the limits that are made to wait; further ones are turned away at once
HEADERS, BODY = 16 * 1024, 64 * 1024  # bytes of a request's headers, and that it may bring: a long drawing to export
EXPORTS = 8  # files that are made at a time; one is up to 25 MB
EXPORTS_OF_ADDRESS = 2  # of these, for one address
UNSENT = (128, 64)  # MiB of made files that browsers have yet to take: in all, and of one address
SLOWEST = 60.0  # s in which a browser has to take a file
IDLE = 60.0  # s for which a connection may stand without a whole request
FILES = 65536  # connections and files that a process may have open, where the system allows: a browser opens up to six

TOKEN = 300  # s between a page and its websocket
RETRY = 10  # s after which a visitor who was turned away should come back
UNREAD = 30.0  # s for which a browser may leave an answer unread
PINGS = (1.0, 20.0)  # pings and pongs from one visitor: a second, and at once; a browser sends two a minute
PICTURE = 20.0  # what a picture of a link costs, in requests: up to 0.1 s of work
PATIENCE = 5.0  # s after which a link is shown without its picture: too many want one
NOTES = (10, 60.0)  # lines in the log about one visitor or one address, per so many seconds

ROOMS = 100  # classes at a time, in all processes together
ROOMS_OF_ADDRESS = 10  # opened from one address, in one process
FOLLOWERS = 600  # of one room, in all processes together
AWAY = 300.0  # s without its lecturer after which a room ends
EMPTY = 10.0  # s without anybody after which a room ends; its lecturer's page opens the same one again
LONGEST = 8 * 3600.0  # s after which every room ends
LEADING = 20.0  # what it costs, in requests, to open a room or to lead it again
WRONG_CODE = 10.0  # what a code costs that no room has: to find one of ROOMS by guessing takes a million of them
WRONG_CODES = 10  # of one connection; further ones end it
ENTRY = 20.0  # what it costs a connection, in messages, to join, to lead, to follow, or to ask for a picture
SAID = 4096  # bytes of a message about a room
LESSONS, OPTIONS, POINTS = 20, 12, 40  # of one member: lessons with a vote or points, answers, points of a lesson
PLOTS, COMMON_POINTS = 2, 300  # lessons whose points a room shows, and points of each; equal ones count once
SHARE = 0.2  # of a processor's time for telling all who follow what happens; as much for drawing pictures of links

UNPACKED = 400_000_000  # bytes of a recording, if it is an archive
FITS = 2  # recordings that are fitted at a time, of one process; each takes a core
FITS_WAITING = 40  # further ones that wait for their turn
FIT_SECONDS = 90.0  # of processor time for one, and half the time that is waited for it
FIT_MEMORY = 3_000_000_000  # bytes of address space of its process
