"""A recording on the page: brought by mouse and keyboard, fitted, looked at, used, and found again from a link."""

import hashlib
import re
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
from playwright.sync_api import expect

from model.recordings import demo_neuron, demo_recording
from tests.browser.reading import axes, sentence, source, visit, wait_until
from tests.model.recordings.recorded import Made
from tests.model.recordings.written import write_csv

PATIENCE = 200_000  # ms; a fresh clone compiles the fit
LENGTH = 90_000  # samples
SIZES = {"laptop": (1280, 800), "projector": (1024, 768), "phone": (390, 844)}
DROP = """([selector, name, text]) => {
  const data = new DataTransfer()
  data.items.add(new File([text], name, { type: "text/csv" }))
  for (const kind of ["dragover", "drop"]) {
    const event = new DragEvent(kind, { dataTransfer: data, bubbles: true, cancelable: true })
    document.querySelector(selector).dispatchEvent(event)
  }
}"""


@pytest.fixture(scope="module")
def csv(tmp_path_factory):
    whole = demo_recording()
    path = tmp_path_factory.mktemp("recording") / "cell.csv"
    write_csv(path, Made(whole.V[:LENGTH], whole.I[:LENGTH], whole.dt, np.zeros(0), demo_neuron()))
    return path


def panel(page):
    return page.get_by_role("tabpanel", name="Recording")


def state(page):
    return panel(page).locator(".state")


def fitted(page, name):
    expect(state(page)).to_contain_text(re.compile(rf"^{name}.*spikes\.$"), timeout=PATIENCE)


@pytest.mark.parametrize("size", SIZES)
def test_the_demo_is_one_click_away_and_its_neuron_another_one(open_page, server, size):
    page = visit(
        open_page(viewport=SIZES[size]), f"{server}?tab=recording&theme={'dark' if size == 'phone' else 'light'}"
    )
    panel(page).get_by_role("button", name="Try the demo").press("Enter")
    fitted(page, "Demo, made by a simulation, not measured: 20 s at 10 kHz, ")
    rows = {row.locator("th").inner_text(): row for row in panel(page).get_by_role("row").all()[1:]}
    low, high = (float(each.replace("−", "-")) for each in rows["V_T"].locator("td").nth(1).inner_text().split(" to "))
    assert low < demo_neuron().V_T < high
    expect(panel(page).locator(".prediction")).to_contain_text("which were not fitted: Gamma is 0.")
    expect(panel(page).get_by_role("listitem").filter(has_text="electrode of 6 MOhm")).to_be_visible()
    drift = source(page, "drift_points")
    assert len(drift["V"]) > 30
    assert min(drift["dV"]) < 0 < max(drift["dV"])
    left, right, *_ = axes(page, "recorded")
    predicted = np.array(source(page, "predicted_spikes")["t"])
    assert ((left < predicted) & (predicted < right)).sum() > 5
    panel(page).get_by_role("button", name="Use this neuron").click()
    expect(panel(page).locator(".used")).to_contain_text("The sliders have the fitted neuron.")
    expect(page.locator("#number-R")).to_have_value(re.compile(r"^9\d(\.\d+)?$|^8\d(\.\d+)?$"))
    expect(sentence(page)).to_contain_text("spikes")
    wait_until(page, "() => new URLSearchParams(location.search).get('kind') === 'drawn'")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.errors == []


def test_a_file_that_is_dropped_is_fitted_and_its_link_fits_it_again(open_page, server, csv):
    page = visit(open_page(), f"{server}?tab=recording")
    page.evaluate(DROP, [".recording", "cell.csv", csv.read_text()])
    fitted(page, "cell.csv: 9 s at 10 kHz, V is Vm ")
    settings = panel(page).locator("details.settings")
    settings.locator("summary").press("Enter")
    settings.get_by_label("electrode, MOhm").fill("6")
    settings.get_by_label("electrode, MOhm").press("Enter")
    electrode = panel(page).get_by_role("row", name=re.compile("^electrode"))
    expect(electrode.locator("td")).to_have_text(["6.000", "given", "MOhm"], timeout=PATIENCE)
    first = panel(page).get_by_role("table").inner_text()
    wait_until(page, "() => new URLSearchParams(location.search).get('recording')?.includes('electrode=6')")
    link = page.url
    asked = parse_qs(parse_qs(urlsplit(link).query)["recording"][0])
    assert asked == {"name": ["cell.csv"], "electrode": ["6"],
                     "checksum": [hashlib.sha256(csv.read_bytes()).hexdigest()]}  # fmt: skip
    script = panel(page).get_by_role("link", name="Script of this fit")
    with page.expect_download() as download:
        script.click()
    assert asked["checksum"][0] in download.value.path().read_text()

    page = visit(open_page(), link)
    expect(state(page)).to_contain_text(f"Bring that file: its SHA-256 hash begins with {asked['checksum'][0][:12]}.")
    page.evaluate(DROP, [".recording", "other.csv", csv.read_text() + "1e9,0,0\n"])
    expect(panel(page).get_by_role("alert")).to_contain_text(
        "This is another file than that of the link", timeout=PATIENCE
    )
    visit(page, link)
    with page.expect_file_chooser() as chooser:
        panel(page).get_by_role("button", name="Choose a file…").press("Enter")
    chooser.value.set_files(csv)
    fitted(page, "cell.csv")
    assert panel(page).get_by_role("table").inner_text() == first
    assert page.errors == []


def test_the_newest_file_counts_and_a_bad_one_is_refused_beside_what_can_be_chosen(open_page, server, csv):
    page = visit(open_page(), f"{server}?tab=recording&lang=en")
    page.evaluate(DROP, [".recording", "cell.csv", csv.read_text()])
    page.evaluate(DROP, [".recording", "odd.csv", "one,two\n1,2\n3,4\n"])
    alert = panel(page).get_by_role("alert")
    expect(alert).to_contain_text("Which channel is V? The file has one, two", timeout=PATIENCE)
    expect(panel(page).get_by_label("channel of V").locator("option")).to_have_text(["found", "one", "two"])
    panel(page).get_by_role("button", name="Try the demo").click()
    expect(alert).to_be_hidden()
    fitted(page, "Demo")
    assert page.errors == []


def test_a_hidden_tab_costs_nothing(open_page, server):
    page = visit(open_page(), server)
    assert panel(page).locator(".recording-top").count() == 0
    assert page.evaluate("Bokeh.documents[0].get_model_by_name('drift_figure')") is None
