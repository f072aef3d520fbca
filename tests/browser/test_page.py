"""What people do in the page /emulator/."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from emulator import Emulator
from emulator.testing import dicom, dicom_bytes

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

if TYPE_CHECKING or os.environ.get("ORTHANC_EMULATOR_ALL_TOOLS"):
    from playwright.sync_api import expect
else:
    expect = pytest.importorskip("playwright.sync_api").expect

PRIVATE = {("MYLAB", 0x0011, 0x01): ("LO", "tumour")}
VIEWS = ("studies", "requests", "modify", "find", "dictionary", "diagnostics")


def show(page: Page, place: str) -> None:
    """Opens a view, and waits until it is there."""
    page.goto(f"#/{place}")
    page.locator(f"main[data-ready={place.partition('/')[0]}]").wait_for()


def filled(orthanc: Emulator) -> str:
    """Gives the emulator something to show in each view, and returns an instance."""
    markup = "<img src=x onerror=alert(1)>"
    sequence = [{"PatientID": "OTHER", "PatientName": markup}]
    stored = orthanc.store(
        dicom(
            PatientID="P1",
            PatientName=markup,
            StudyDescription="<b>bold</b>",
            private=PRIVATE,
            elements={
                0x00130010: ("LO", "<script>1</script>"),
                0x00131001: ("LO", "<i>x</i>"),
                0x00151001: ("LO", "orphan"),
            },
            OtherPatientIDsSequence=sequence,
        )
    )
    client = orthanc.client()
    client.post("/tools/find", json={"Level": "Instance", "Query": {"MyLabel": "tumour"}})
    client.get("/instances/<script>alert(2)</script>")
    client.post(f"/instances/{stored.id}/modify", json={"Replace": {"0011,1001": "x"}})
    return stored.id


# Walks


def test_a_person_finds_out_why_his_value_became_un(orthanc: Emulator, page: Page) -> None:
    """His app wrote the label without its creator, and now it shows bytes where a text was."""
    stored = orthanc.store(dicom(PatientID="P1", private=PRIVATE))
    request = {
        "Replace": {"MyLabel": "liver"},
        "Keep": ["StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID"],
        "Force": True,
    }
    assert orthanc.client().post(f"/series/{stored.parent_series}/modify", json=request).status_code == 200

    show(page, "studies")
    page.get_by_role("button", name=re.compile("^P1")).click()  # the patient, then down the tree
    for name in (re.compile("^P1:"), re.compile("^OT series 1"), re.compile("^instance")):
        page.locator(".tree").get_by_role("button", name=name).click()
    page.get_by_label("Private only").check()
    row = page.get_by_role("row").filter(has_text="0011,1001")
    expect(row).to_contain_text("UN")
    row.get_by_role("button", name="written as UN").click()

    why = page.locator(".why")
    expect(why).to_contain_text("it is written as UN")
    expect(why).to_contain_text('add "PrivateCreator": "MYLAB" to the request')  # what to do
    why.get_by_role("link", name="The request: POST /series").click()

    page.locator("main[data-ready=requests]").wait_for()
    expect(page.locator("pre").first).to_contain_text('"MyLabel": "liver"')  # and which request of his it was
    expect(page.locator(".why").first).to_contain_text("written-as-un")


def test_a_modify_is_tried_before_it_is_sent(orthanc: Emulator, page: Page) -> None:
    stored = orthanc.store(dicom(PatientID="P1", private=PRIVATE))
    show(page, f"modify/Study/{stored.parent_study}")
    page.get_by_label("Tag", exact=True).fill("MyLabel")
    page.get_by_label("Value", exact=True).fill("liver")
    page.get_by_label("PrivateCreator").fill("MYLAB")
    expect(page.get_by_label("The request as JSON")).to_have_value(re.compile('"PrivateCreator": "MYLAB"'))
    page.get_by_role("button", name="Preview").click()
    row = page.get_by_role("row").filter(has_text="0011,1001")
    expect(row).to_contain_text("tumour")
    expect(row).to_contain_text("liver")
    assert len(orthanc.resources("Study")) == 1
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", name="Answered 200")).to_be_visible()
    assert len(orthanc.resources("Instance")) == 2


def test_a_query_is_mended_by_its_advice(orthanc: Emulator, page: Page) -> None:
    orthanc.store(dicom(PatientID="P1", private=PRIVATE))
    show(page, "find")
    page.get_by_label("Tag", exact=True).fill("MyLabel")
    page.get_by_label(re.compile("^Value")).fill("tumour")
    plan = page.get_by_role("region", name="The plan")
    expect(plan).to_contain_text("1 file read")
    page.get_by_role("button", name="Apply").last.click()  # "ask at Instance level"
    expect(page.get_by_role("combobox", name="Find")).to_have_value("instance")
    expect(plan).to_contain_text("Instance level")
    before = plan.inner_text()
    page.get_by_role("slider").press("End")
    expect(plan).to_contain_text("10,000,000 instances")
    assert plan.inner_text() != before
    assert not orthanc.queries


def test_requests_come_as_they_are_made(orthanc: Emulator, page: Page) -> None:
    show(page, "requests")
    expect(page.get_by_text("live", exact=True)).to_be_visible()
    orthanc.client().get("/patients?expand")
    page.get_by_role("button", name="GET /patients?expand").click()
    expect(page.locator("pre").last).to_contain_text("[]")
    page.get_by_label(re.compile("^Path")).fill("/nothing*")
    expect(page.get_by_text("No request was made yet.")).to_be_visible()


def test_a_dictionary_is_mended(page: Page) -> None:
    show(page, "dictionary")
    text = page.get_by_label("orthanc.json")
    text.fill('{\n  "Dictionary": {\n    "0011,1001": ["LO", "MyLabel", 1, 1]\n  }\n}')
    page.get_by_role("button", name="Check").click()
    expect(page.locator(".lines > li").nth(2)).to_contain_text("no-creator")
    text.fill('{\n  "Dictionary": {\n    "0011,1001": ["lo", "MyLabel", 1, 1, "MYLAB"]\n  }\n}')
    page.get_by_role("button", name="Check").click()
    page.get_by_role("button", name="Write it").click()
    expect(page.get_by_text(re.compile("starts with it"))).to_be_visible()
    page.get_by_label("Search", exact=True).fill("MyLab")
    expect(page.get_by_role("region", name="Entries")).to_contain_text("configuration")


def test_files_are_dropped_labelled_and_deleted(orthanc: Emulator, page: Page) -> None:
    show(page, "studies")
    data = dicom_bytes(PatientID="DROPPED", private=PRIVATE)
    files: Any = [{"name": name, "mimeType": "", "buffer": body} for name, body in (("a.dcm", data), ("b", b"no"))]
    page.locator("input[type=file]").set_input_files(files)
    expect(page.get_by_role("status").last).to_contain_text("1 stored; b: 400")
    page.get_by_role("button", name=re.compile("^DROPPED")).first.click()
    page.get_by_label("New label").fill("seen")
    page.get_by_role("button", name="Add").click()
    expect(page.locator(".tree")).to_contain_text("seen")
    page.get_by_role("button", name="Delete").click()
    page.get_by_role("button", name="Really delete").click()
    expect(page.get_by_text("Nothing is stored.")).to_be_visible()
    assert orthanc.resources("Patient") == []


def test_sequences_fold(orthanc: Emulator, page: Page) -> None:
    instance = filled(orthanc)
    show(page, f"studies/{instance}")
    page.get_by_role("button", name="open 1 item").click()
    inner = page.locator("tr.depth-1")
    expect(inner.first).to_contain_text("PatientName")
    page.get_by_role("button", name="fold 1 item").click()
    expect(inner).to_have_count(0)


# All views


def test_markup_is_text(orthanc: Emulator, page: Page) -> None:
    instance = filled(orthanc)
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    for place in (f"studies/{instance}", "requests", "requests/2", "dictionary", "diagnostics"):
        show(page, place)
        assert page.locator("main script, main img, main b, main i").count() == 0
    show(page, f"studies/{instance}")
    expect(page.get_by_role("heading", level=3).first).to_contain_text("<img src=x")
    show(page, f"modify/Instance/{instance}")
    page.get_by_label("Tag", exact=True).fill("PatientName")
    page.get_by_label("Value", exact=True).fill("<img src=x onerror=alert(3)>")
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_role("region", name="Before and after")).to_contain_text("<img src=x onerror=alert(3)>")
    assert page.locator("main img").count() == 0
    assert dialogs == []


def test_the_policy_forbids_what_is_written_into_the_page(page: Page) -> None:
    answer = page.goto("")
    assert answer is not None
    policy = answer.headers["content-security-policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert re.search(r"\s(?:style|on\w+)=|<script>|<style|https?://", answer.text()) is None


def test_it_is_used_by_keyboard(orthanc: Emulator, page: Page) -> None:
    orthanc.store(dicom(PatientID="P1"))
    show(page, "studies")
    page.keyboard.press("5")
    page.locator("main[data-ready=dictionary]").wait_for()
    page.keyboard.press("1")
    page.locator("main[data-ready=studies]").wait_for()
    page.keyboard.press("/")
    expect(page.get_by_label("Search", exact=True)).to_be_focused()
    with page.expect_response(re.compile("search=p2")):
        page.keyboard.type("p2")
    expect(page.get_by_text("Nothing has this text.")).to_be_visible()
    page.keyboard.press("Backspace")
    page.get_by_role("button", name="Open P1", exact=True).focus()  # it waits until the tree is there again
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Open P1", exact=True)).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("region", name="The resource")).to_contain_text("Main DICOM tags")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_views_are_accessible_and_fit(
    orthanc: Emulator, url: str, browser: Browser, artefacts: Path | None, scheme: Any, width: int
) -> None:
    """No violations of WCAG A and AA, by axe-core where it is installed; nothing is wider than the window."""
    instance = filled(orthanc)
    axe = axe_source()
    context = browser.new_context(
        base_url=f"{url}/emulator/", viewport={"width": width, "height": 850}, color_scheme=scheme
    )
    page = context.new_page()
    for place in (f"studies/{instance}", *VIEWS[1:], "requests/3"):
        show(page, place)
        if place == "dictionary":
            page.get_by_role("button", name="Check").click()
            page.locator(".lines").wait_for()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), place
        if artefacts is not None:
            page.screenshot(path=artefacts / f"{place.replace('/', '-')[:12]}-{width}-{scheme}.png", full_page=True)
        if axe is not None:
            page.evaluate(axe)
            options = "{runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa']}"
            found = page.evaluate(f"axe.run(document, {options})")
            told = [(one["id"], [node["html"] for node in one["nodes"]][:3]) for one in found["violations"]]
            assert told == [], place
    context.close()


def axe_source() -> str | None:
    """axe-core, as the package axe-playwright-python brings it; None where it is not installed."""
    try:
        import axe_playwright_python
    except ImportError:
        return None
    return (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")


def test_what_a_view_asks_for_is_bounded(page: Page, orthanc: Emulator) -> None:
    """What a view asks for is bounded by its page, whatever is stored: told, and not timed, since machines differ."""
    answers: list[int] = []
    page.on("response", lambda answer: answers.append(int(answer.headers.get("content-length", 0))))
    for number in range(300):
        orthanc.store(dicom(PatientID=f"P{number:03}", study=number % 3))
    for view in VIEWS:
        show(page, view)
    assert max(answers) < 100_000
    expect(page.locator(".tree > li")).to_have_count(0)
    show(page, "studies")
    expect(page.locator(".tree > li")).to_have_count(50)
    page.get_by_role("button", name="Next").click()
    expect(page.get_by_text("51 to 100 of 300")).to_be_visible()
