"""The scripts of the page become one, in which each finds what it imports."""

import graphlib
import shutil
import subprocess

import pytest

from dashboard.serving.bundle import bundle
from dashboard.serving.files import BROWSER, ENTRY

SCRIPTS = {
    "page.js": 'import { Bell } from "./bell.js"\nimport { double } from "./sums.js"\nconst own = 1\n'
               "console.log(new Bell().ring(), double(own))\n",
    "bell.js": 'import { double } from "./sums.js"\nconst own = 20\n'
               "export class Bell { ring() { return double(own) } }\n",
    "sums.js": "const own = 2\nexport function double(x) { return own * x }\nexport const unused = 0\n",
}  # fmt: skip


@pytest.mark.skipif(shutil.which("node") is None, reason="node, which runs scripts without a browser, is not installed")
def test_equal_names_stay_apart_and_exports_reach_those_who_import_them():
    done = subprocess.run(
        ["node", "--input-type=module", "-"],
        input=bundle(SCRIPTS, "page.js"),
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "40 2\n"


@pytest.mark.parametrize(
    "line", ['import x from "./bell.js"', "export default 3", 'export { double } from "./sums.js"']
)
def test_what_cannot_be_put_together_is_said(line):
    with pytest.raises(ValueError, match="cannot be put together with the other scripts"):
        bundle({**SCRIPTS, "bell.js": f"{line}\n{SCRIPTS['bell.js']}"}, "page.js")


def test_a_circle_is_refused():
    with pytest.raises(graphlib.CycleError):
        bundle({**SCRIPTS, "sums.js": 'import { Bell } from "./bell.js"\n' + SCRIPTS["sums.js"]}, "page.js")


def test_every_script_of_the_page_is_in_it():
    scripts = {path.name: path.read_text(encoding="utf-8") for path in BROWSER.glob("*.js")}
    whole = bundle(scripts, ENTRY)
    assert len(scripts) > 10
    assert all(whole.count(f"// {name}\n") == 1 for name in scripts)
    assert whole.index("// frames.js\n") < whole.index("// page.js\n")
