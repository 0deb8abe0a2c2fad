"""How large a file may be that a page sends: the page says so before it sends one, and the server insists."""

RECORDING = 64_000_000  # bytes of a recording that is fitted
