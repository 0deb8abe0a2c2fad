"""One plot per file; a view knows results, never the session."""
