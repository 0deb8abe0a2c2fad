"""`python -m model.maps`."""
