"""Compiles every kernel and builds the page, and keeps both: `python deploy/prepare.py`, as the user who will serve.

What is kept belongs to this version, its packages, this Python and this kind of processor.
"""

from __future__ import annotations

from dashboard import warm
from dashboard.serving.files import load_or_build

if __name__ == "__main__":
    steps = warm.steps()
    for number, (what, action) in enumerate(steps, 1):
        print(f"{number} of {len(steps)}: {what}", flush=True)
        action()
    print("a fit of a recording", flush=True)
    warm.rehearse_fit()  # not a step of every start: only the processes need it that fit recordings
    load_or_build(warm.page_files)
    print(f"{len(warm.compiled())} kernels were compiled; the next start finds them, and the page.")
