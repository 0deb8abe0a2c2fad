"""The page with a simulation that takes 60 ms longer; served by `slider_to_screen.py`."""

import time

from dashboard import page
from dashboard.result import compute


def slowed(choice):
    """Compute, and sleep."""
    time.sleep(0.06)
    return compute(choice)


page.compute = slowed
page.Page().show()
