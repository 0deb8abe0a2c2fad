"""One integration scheme per file."""
