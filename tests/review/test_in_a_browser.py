"""The review page as its reviewers have it: by keyboard, in a real browser."""

from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from spansight.evals import Case
from spansight.review import queues
from spansight.review.queues import Item
from support.reviewing import TRACE_ID, desk, item, served, traced

KAPPA = "0.95"
"""1 - observed ÷ expected squared distances of 5541 and 5441: 1 ÷ 4, and 80 ÷ 16."""
HOSTILE = (
    "<script>alert(1)</script><img src=x onerror=alert(2)><svg/onload=alert(3)>"
    "</div></textarea></title>{{ 7*7 }}<a href='javascript:alert(4)'>x</a>"
)


def begin(page: Page, url: str, name: str = "김지우") -> None:
    page.goto(url)
    page.get_by_label("Name").fill(name)
    page.keyboard.press("Enter")
    see(page, "What would you like to review?")


def see(page: Page, text: str) -> None:
    """Wait for a text, and for the script of its page, without which a key does nothing."""
    expect(page.get_by_text(text)).to_be_visible()
    page.wait_for_load_state("load")


def test_a_queue_is_judged_by_keyboard_alone(page: Page, tmp_path: Path) -> None:
    at = desk(tmp_path / "j.jsonl", [item(name) for name in "abc"])
    cases = [one.case.id for one in at.queues["expert"].items]
    with served(at) as url:
        begin(page, url)
        page.keyboard.press("1")
        see(page, "Case 1 of 3")
        page.keyboard.press("4")
        page.keyboard.press("w")
        page.keyboard.press("t")
        page.keyboard.press("w")
        page.keyboard.press("c")
        page.keyboard.type("1 is not w")
        page.keyboard.press("Control+Enter")
        see(page, "Case 2 of 3")
        page.keyboard.press("s")
        see(page, "Case 3 of 3")
        page.keyboard.press("2")
        page.keyboard.press("Enter")
        see(page, "All done.")
    assert [
        (one.case, one.score, one.labels, one.comment, one.skipped, one.reviewer)
        for one in at.journal.judgements()
    ] == [
        (cases[0], 4, ("tone",), "1 is not w", False, "김지우"),
        (cases[1], None, (), "", True, "김지우"),
        (cases[2], 2, (), "", False, "김지우"),
    ]


def test_next_back_and_undo(page: Page, tmp_path: Path) -> None:
    at = desk(tmp_path / "j.jsonl", [item(name) for name in "abc"])
    with served(at) as url:
        begin(page, url)
        page.keyboard.press("1")
        see(page, "Case 1 of 3")
        page.keyboard.press("n")
        see(page, "Case 2 of 3")
        page.keyboard.press("b")
        see(page, "Case 1 of 3")
        page.keyboard.press("5")
        page.keyboard.press("Enter")
        see(page, "1 of 3 done")
        page.keyboard.press("z")
        see(page, "Case 1 of 3")
        see(page, "0 of 3 done")
        expect(page.get_by_role("radio", checked=True)).to_have_count(0)
    assert at.journal.judgements() == []


def test_a_keyboard_in_korean_presses_the_same_keys(page: Page, tmp_path: Path) -> None:
    at = desk(tmp_path / "j.jsonl", [item("a"), item("b")])
    with served(at) as url:
        begin(page, url)
        page.keyboard.press("1")
        see(page, "Case 1 of 2")
        page.evaluate(
            "document.body.dispatchEvent(new KeyboardEvent('keydown',"
            " {key: 'ㅈ', code: 'KeyW', bubbles: true, cancelable: true}))"
        )
        expect(page.get_by_role("checkbox", name="wrong")).to_be_checked()


def test_a_hostile_answer_is_a_text(page: Page, tmp_path: Path) -> None:
    case = Case(
        id=HOSTILE,
        question=HOSTILE,
        answer=HOSTILE,
        contexts=(HOSTILE,),
        ground_truth=HOSTILE,
        metadata={"feature": HOSTILE, "model": HOSTILE, "error_type": HOSTILE},
    )
    at = desk(tmp_path / "j.jsonl", [Item(case, why=(HOSTILE,)), item("b")])
    with served(at) as url:
        begin(page, url, name=HOSTILE[:60])
        number = next(
            n for n, one in enumerate(at.queues["expert"].items, 1) if one.case.id == HOSTILE
        )
        page.goto(f"{url.partition('?')[0]}expert/{number}")
        expect(page.locator(".answer")).to_have_text(HOSTILE)
        expect(page.locator(".question")).to_have_text(HOSTILE)
        expect(page.locator(".contexts .text")).to_have_text(HOSTILE)
        page.keyboard.press("c")
        page.keyboard.insert_text(HOSTILE)
        page.keyboard.press("Escape")
        page.keyboard.press("1")
        page.keyboard.press("Enter")
        expect(page.get_by_text("1 of 2 done")).to_be_visible()
        page.goto(f"{url.partition('?')[0]}expert/{number}")
        expect(page.get_by_role("textbox")).to_have_value(HOSTILE)
        assert (
            page.locator("main script, main img, main svg, main a[href^=javascript]").count() == 0
        )


def test_korean_is_shown_whole(page: Page, tmp_path: Path) -> None:
    text = "대여소는 24시간 운영하지만, 반납은 자정까지 해야 합니다."
    at = desk(tmp_path / "j.jsonl", [Item(Case(id="ko", question=text, answer=text))])
    with served(at) as url:
        begin(page, url)
        page.keyboard.press("1")
        expect(page.locator(".answer")).to_have_text(text)
        expect(page.locator(".who")).to_have_text("김지우")


def test_a_case_leads_to_its_trace(page: Page, tmp_path: Path) -> None:
    at = desk(tmp_path / "j.jsonl", [traced("a")])
    with served(at, grafana="http://127.0.0.1:3000") as url:
        begin(page, url)
        page.keyboard.press("1")
        link = page.get_by_role("link", name="Trace in Grafana")
        target = link.get_attribute("href") or ""
        assert target.startswith("http://127.0.0.1:3000/explore?")
        assert TRACE_ID in target
        assert link.get_attribute("rel") == "noopener noreferrer"


def test_two_reviewers_agree_or_not(browser: Browser, tmp_path: Path) -> None:
    at = desk(tmp_path / "j.jsonl", [item(name) for name in "abcd"], blind=True)
    scores = {"kim": "5541", "lee": "5441"}
    with served(at) as url:
        for name, said in scores.items():
            context = browser.new_context()
            page = context.new_page()
            begin(page, url, name)
            page.keyboard.press("1")
            see(page, "shows once you have judged")
            assert page.get_by_text("faithfulness").count() == 0
            for number, score in enumerate(said, 1):
                see(page, f"Case {number} of 4")
                page.keyboard.press(score)
                page.keyboard.press("Enter")
            see(page, "All done.")
            if name == "lee":
                row = page.get_by_role("row", name="kim and lee")
                expect(row.get_by_role("cell")).to_contain_text(
                    ["kim", "4", "75 %", "100 %", KAPPA]
                )
                page.get_by_role("link", name="Look again").click()
                expect(page.get_by_role("heading", name="Others say")).to_be_visible()
                see(page, "faithfulness")
            context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_and_can_be_read(browser: Browser, tmp_path: Path, scheme: str) -> None:
    """WCAG AA asks for a contrast of 4.5 between text and what is behind it."""
    at = desk(tmp_path / "j.jsonl", [item("a", "word " * 5000)])
    context = browser.new_context(
        viewport={"width": 1280, "height": 800},
        color_scheme="dark" if scheme == "dark" else "light",
    )
    page = context.new_page()
    with served(at) as url:
        begin(page, url)
        page.keyboard.press("1")
        expect(page.get_by_role("button", name="Save and go on")).to_be_in_viewport()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        page.keyboard.press("Tab")
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline == "solid"
        for selector in (".answer", ".meta", ".main", "kbd", ".tabs [aria-current]", "h2"):
            assert page.evaluate(CONTRAST, selector) >= 4.5, selector
    context.close()


def test_all_of_it_fits_a_telephone(browser: Browser, tmp_path: Path) -> None:
    items = [item("a", f"https://example.com/{'a' * 400}", feature="new")]
    at = desk(tmp_path / "j.jsonl", items)
    three = (
        queues.expert(items, 50),
        queues.edge(items, 50),
        queues.new_feature(items, 50, ["new"]),
    )
    context = browser.new_context(viewport={"width": 360, "height": 740})
    page = context.new_page()
    with served(replace(at, queues={queue.name: queue for queue in three})) as url:
        begin(page, url)
        assert page.evaluate(FITS)
        page.keyboard.press("1")
        see(page, "Case 1 of 1")
        assert page.evaluate(FITS)
    context.close()


FITS = "document.documentElement.scrollWidth <= screen.width"
"""`innerWidth` of a page that is too wide for a telephone is its own width."""


CONTRAST = """
(selector) => {
  const numbers = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b]
    .map((part) => part / 255)
    .map((part) => (part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
    .reduce((sum, part, place) => sum + part * [0.2126, 0.7152, 0.0722][place], 0);
  let element = document.querySelector(selector);
  const front = numbers(getComputedStyle(element).color);
  const layers = [];
  for (; element; element = element.parentElement) {
    const [r, g, b, alpha = 1] = numbers(getComputedStyle(element).backgroundColor);
    if (alpha > 0) layers.push([r, g, b, alpha]);
    if (alpha === 1) break;
  }
  const behind = layers.reverse().reduce(
    (below, [r, g, b, a]) => [r, g, b].map((part, place) => part * a + below[place] * (1 - a)),
    [255, 255, 255],
  );
  const [one, other] = [light(front), light(behind)].sort((a, b) => b - a);
  return (one + 0.05) / (other + 0.05);
}
"""
