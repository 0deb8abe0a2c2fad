"""What is taken along: pictures, data and programs, caught as downloads and opened."""

import ast
import csv
import io
import re
import struct
import xml.etree.ElementTree as ET
from pathlib import Path

import nbformat
import numpy as np
import pytest
import xarray
from playwright.sync_api import expect

from dashboard.exports.formats import FORMATS
from dashboard.figures import TITLES
from dashboard.result import compute
from dashboard.session import Session
from dashboard.views.style import PALETTES
from tests.browser.reading import sentence, slider, source, visit
from tests.browser.test_drawn import open_drawn, upload

SVG = "{http://www.w3.org/2000/svg}"
PHONE = {"viewport": (390, 844), "has_touch": True, "is_mobile": True}
SEEN = ("trace", "current", "phase", "fi")


@pytest.fixture
def live(page, server):
    return opened(visit(page, server + "?I=12&sigma=1&seed=3"))


def opened(page):
    page.get_by_role("button", name="Export", exact=True).click()
    expect(page.get_by_role("dialog", name="Export")).to_be_visible()
    return page


def taken(page, name):
    """Press a button of the dialog; return the name and the content of what is downloaded."""
    with page.expect_download() as download:
        page.get_by_role("dialog", name="Export").get_by_role("button", name=name, exact=True).click()
    return download.value.suggested_filename, Path(download.value.path()).read_bytes()


def snapshot(**choices):
    session = Session()
    assert session.choose(choices) == {}
    return session.snapshot()


def pixels(page, content, kind):
    """Open a picture by itself and count its pixels of some colours, by colour."""
    address = f"data:{kind};base64,{__import__('base64').b64encode(content).decode()}"
    return page.evaluate("""async (address) => {
      const image = new Image()
      image.src = address
      await image.decode()
      const canvas = document.createElement("canvas")
      canvas.width = image.width
      canvas.height = image.height
      const context = canvas.getContext("2d")
      context.drawImage(image, 0, 0)
      const { data } = context.getImageData(0, 0, canvas.width, canvas.height), count = {}
      for (let k = 0; k < data.length; k += 4) {
        const colour = "#" + [0, 1, 2].map((each) => data[k + each].toString(16).padStart(2, "0")).join("")
        count[colour] = (count[colour] ?? 0) + 1
      }
      return count
    }""", address)  # fmt: skip


@pytest.mark.parametrize("options", [{}, {"viewport": (1024, 768)}, PHONE])
@pytest.mark.parametrize("theme", PALETTES)
def test_the_whole_figure_is_a_picture_that_can_be_read_by_itself(open_page, server, theme, options):
    page = opened(visit(open_page(**options), f"{server}?I=12&seed=3&theme={theme}"))
    name, content = taken(page, "SVG")
    assert name == "neuron-figure.svg"
    root = ET.fromstring(content)
    words = " ".join(root.itertext())
    assert root.find(f"{SVG}title").text == "How a neuron fires: ExpIF"
    for each in (
        "time (ms)",
        "V (mV)",
        "I (nA)",
        "rate (Hz)",
        "dV/dt (mV/ms)",
        "spike",
        "simulated",
        "V_th",
        "I 12 nA",
    ):
        assert each in words
    assert sentence(page).inner_text() in root.find(f"{SVG}desc").text
    link = page.url.replace("?", "?v=1&")
    assert link in re.sub(r"\s", "", words)
    assert {each.get("href") for each in root.iter(f"{SVG}a")} == {link}
    assert not list(root.iter(f"{SVG}script"))
    assert not re.search(rb"""(?:src|href|url)\W{1,3}https?:(?!//localhost)""", content)  # nothing is loaded
    count, palette = pixels(page, content, "image/svg+xml"), PALETTES[theme]
    assert max(count, key=count.get) == palette.paper
    for role in ("blue", "green", "orange", "vermilion"):
        assert count.get(getattr(palette, role).lower(), 0) > 5, role
    assert page.errors == []


def test_a_picture_can_have_light_colours_on_a_dark_page_which_stays_dark(page, server):
    opened(visit(page, server + "?theme=dark"))
    page.get_by_label("Colours").select_option("light")
    name, content = taken(page, "PNG")
    assert name == "neuron-figure.png"
    count = pixels(page, content, "image/png")
    assert max(count, key=count.get) == PALETTES["light"].paper
    assert count[PALETTES["light"].blue.lower()] > 100
    assert PALETTES["dark"].blue.lower() not in count
    assert page.locator("html").get_attribute("data-theme") == "dark"


@pytest.mark.parametrize("view", SEEN)
def test_each_plot_is_a_picture_of_its_own(live, view):
    live.get_by_label("Which picture").select_option(view)
    name, content = taken(live, "SVG")
    assert name == f"neuron-{view}.svg"
    root = ET.fromstring(content)
    assert root.find(f"{SVG}title").text == TITLES[view]
    name, content = taken(live, "PNG")
    assert name == f"neuron-{view}.png"
    assert content[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = struct.unpack(">II", content[16:24])
    assert (width, height) == (3 * int(root.get("width")), 3 * int(root.get("height")))
    assert len(pixels(live, content, "image/png")) > 10


def test_the_pictures_are_of_the_tab_that_is_open(page, server):
    opened(visit(page, server + "?tab=response&sigma=2"))
    offered = page.get_by_label("Which picture").locator("option").all_inner_texts()
    assert offered == ["the whole figure", *(TITLES[view] for view in ("trace", "current", "phase", "gain", "lag"))]
    assert "frequency (Hz)" in " ".join(ET.fromstring(taken(page, "SVG")[1]).itertext())


def test_every_program_and_data_file_is_downloaded_and_of_this_run(live):
    choice = snapshot(I=12, sigma=1, seed=3)
    spikes = compute(choice).trace.spikes
    shown = source(live, "spikes")["t"]
    np.testing.assert_allclose(shown, spikes, rtol=1e-6)
    got = {name: taken(live, each.title) for name, each in FORMATS.items()}
    assert {name: called for name, (called, _) in got.items()} == {
        name: f"neuron-I12-sigma1-seed3{name.removeprefix('neuron') if name.startswith('neuron') else '-' + name}"
        for name in FORMATS
    }
    script = got["neuron.py"][1].decode()
    ast.parse(script)
    link = live.url.replace("?", "?v=1&")
    assert f"<{link}>" in script
    assert "sigma=1.0, seed=3)" in script
    assert nbformat.reads(got["neuron.ipynb"][1].decode(), as_version=4).cells
    read = xarray.load_dataset(io.BytesIO(got["neuron.nc"][1]), engine="h5netcdf")
    assert read.spikes.values.tobytes() == spikes.tobytes()
    assert read.attrs["link"] == link
    rows = list(csv.reader(io.StringIO(got["spikes.csv"][1].decode())))
    assert [float(row[0]) for row in rows[1:]] == spikes.tolist()
    assert live.errors == []


def test_a_drawing_too_long_for_the_link_is_in_the_script_all_the_same(page, server):
    open_drawn(page, server)
    upload(page, "\n".join(f"{0.4 * k:.1f},{(7 * k % 31) / 3:.4f}" for k in range(700)))
    expect(page.locator('nav [data-name="drawn"]')).to_contain_text("700 points")
    opened(page)
    script = taken(page, "Python script")[1].decode()
    names = {}
    exec(script.partition("print(")[0].replace("import holoviews as hv", ""), names)
    assert len(names["current"].drawn) == 700
    np.testing.assert_allclose(source(page, "spikes")["t"], names["trace"].spikes, rtol=1e-6)


def test_the_dialog_is_used_by_the_keyboard_alone(page, server):
    visit(page, server)
    button = page.get_by_role("button", name="Export", exact=True)
    button.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Which picture")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    assert download.value.suggested_filename == "neuron-trace.png"
    expect(page.get_by_role("status").filter(has_text="neuron-trace.png is with your downloads.")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Export")).to_be_hidden()
    expect(button).to_be_focused()


def test_what_cannot_be_made_is_said_in_a_sentence(page, server):
    opened(visit(page, server + "?duration=30000"))
    page.get_by_role("button", name="CSV: trace and current").click()
    said = page.get_by_role("dialog", name="Export").get_by_role("status")
    expect(said).to_contain_text("This run has 300000 steps, and a table has at most 200000 rows. Take the NetCDF file")
    assert [each for each in page.errors if "400" not in each] == []


def test_a_server_that_is_gone_is_said_in_a_sentence(open_page, serve):
    server = serve("-m", "panel", "serve", "dashboard")
    page = opened(visit(open_page(), server.url))
    server.stop()
    page.get_by_role("button", name="Python script", exact=True).click()
    expect(page.get_by_role("dialog", name="Export").get_by_role("status")).to_contain_text("cannot be reached")
    name, content = taken(page, "SVG")  # what the browser makes it can make without a server
    assert name == "neuron-figure.svg"
    assert ET.fromstring(content).tag == f"{SVG}svg"


def test_a_slider_goes_on_while_a_file_is_made(page, server):
    opened(visit(page, server + "?sigma=3&duration=5000"))
    with page.expect_download() as download:
        page.get_by_role("button", name="NetCDF: everything, with units").click()
        page.keyboard.press("Escape")
        slider(page, "I").focus()
        for _ in range(5):
            page.keyboard.press("ArrowRight")
        page.wait_for_url(re.compile("I=10.5"))
    read = xarray.load_dataset(download.value.path(), engine="h5netcdf")
    assert read.attrs["I"] == 10.0  # what was asked for when it was asked for
