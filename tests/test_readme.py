"""The README says what the code says."""

from pathlib import Path

from model.parameters import ExpIFParameters, Numbers

ROOT = Path(__file__).parent.parent


def test_the_table_of_parameters_is_the_one_in_the_code():
    readme = (ROOT / "README.md").read_text("utf-8")
    for name in Numbers._fields:
        declared = ExpIFParameters.param[name]
        low, high = declared.bounds
        line = f"| `{name}` | {declared.label} | {declared.default:g} {declared.unit} | {low:g} to {high:g} |"
        assert line in readme


def test_every_file_that_the_readme_links_to_exists():
    import re

    for target in re.findall(r"\]\(([^)#:]+)\)", (ROOT / "README.md").read_text("utf-8")):
        assert (ROOT / target).exists(), target
