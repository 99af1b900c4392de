"""The report page in a real browser: its charts and texts, and no request to the network."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, Error, FloatRect, Locator, Page, Route, ViewportSize, sync_playwright

from ecnscrawl.items import Article
from ecnscrawl.monitoring import dashboard
from replica import Replica, Site
from replica.generated_site import GeneratedSite
from tests import run_reports
from tests.run_reports import LAYOUT_LOST, ordinary, report
from tests.system.chromium import chromium
from tests.system.crawling import Crawl

pytestmark = pytest.mark.system

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
WIDE, PHONE = ViewportSize(width=1280, height=900), ViewportSize(width=390, height=844)
CHARTS = ("articles", "failures", "freshness", "time", "hours")


def unhealthy_reports() -> list[dict[str, Any]]:
    """A day of which the last run is unhealthy."""
    last = report(12, new=0, updated=0, failed=31, reasons=["31 of 171 articles failed"], alarms=[LAYOUT_LOST])
    return [*ordinary(12), last]


CASES: dict[str, Callable[[], list[dict[str, Any]]]] = {
    "no run": list, "one run": lambda: ordinary(1), "ninety runs": lambda: ordinary(90), "unhealthy at last": unhealthy_reports,
}  # fmt: skip
each_case = pytest.mark.parametrize("reports", CASES, indirect=True)


@pytest.fixture
def reports(request: pytest.FixtureRequest) -> list[dict[str, Any]]:
    """The reports of a case."""
    return CASES[request.param]()


#: Whether a canvas has a pixel that is not transparent.
IS_PAINTED = "canvas => canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.some(part => part)"
TWO_FRAMES = "new Promise(drawn => requestAnimationFrame(() => requestAnimationFrame(drawn)))"
#: Pixels that are red or green: bars of failures, and nothing else in that chart.
RED_PIXELS = """canvas => {
  const data = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
  let count = 0;
  for (let at = 0; at < data.length; at += 4) if (data[at + 3] && data[at] - data[at + 2] > 60) count += 1;
  return count;
}"""


@dataclass
class Opened:
    """A page in the browser, and what happened while it was loaded and used."""

    page: Page
    address: str
    console: list[str] = field(default_factory=list)
    asked: set[str] = field(default_factory=set)

    def text(self, selector: str) -> str:
        return " ".join(str(self.page.inner_text(selector)).split())

    def texts(self, selector: str) -> list[str]:
        return [" ".join(text.split()) for text in self.page.locator(selector).all_inner_texts()]


Scheme = Literal["light", "dark"]
Open = Callable[..., Opened]


def place(locator: Locator) -> FloatRect:
    """Where an element stands; it must be shown."""
    box = locator.bounding_box()
    assert box is not None
    return box


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    path = chromium()
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield launched
        launched.close()


@pytest.fixture
def open_file(browser: Browser) -> Iterator[Open]:
    """Opens a file with the network watched and closed."""
    contexts = []

    def opened(path: Path, viewport: ViewportSize, scheme: Scheme = "light") -> Opened:
        context = browser.new_context(viewport=viewport, color_scheme=scheme)
        contexts.append(context)
        result = Opened(context.new_page(), path.as_uri())

        def only_the_file(route: Route) -> None:
            with suppress(Error):
                route.continue_() if route.request.url == result.address else route.abort()

        context.route("**/*", only_the_file)
        result.page.on("request", lambda request: result.asked.add(request.url))
        result.page.on("console", lambda message: result.console.append(message.text))
        result.page.on("pageerror", lambda error: result.console.append(str(error)))
        result.page.goto(result.address)
        result.page.evaluate(TWO_FRAMES)
        return result

    yield opened
    for context in contexts:
        context.close()


@pytest.fixture
def open_page(open_file: Open, tmp_path: Path) -> Open:
    """Opens the page of some reports."""

    def opened(reports: list[dict[str, Any]], viewport: ViewportSize = WIDE, scheme: Scheme = "light") -> Opened:
        folder = tmp_path / "ecns" / "reports"
        run_reports.write(folder, reports)
        dashboard.write(folder)
        return open_file(folder / "index.html", viewport, scheme)

    return opened


@each_case
@pytest.mark.parametrize(
    ("viewport", "scheme"), [(WIDE, "light"), (PHONE, "dark")], ids=["wide and light", "phone and dark"]
)
def test_the_page_requests_nothing_complains_of_nothing_and_fits(
    open_page: Open, reports: list[dict[str, Any]], viewport: ViewportSize, scheme: Scheme
) -> None:
    opened = open_page(reports, viewport, scheme)
    assert opened.asked <= {opened.address, "data:,"}
    assert opened.console == []
    assert opened.page.evaluate("document.scrollingElement.scrollWidth <= innerWidth")
    sticking_out = """elements => elements
      .filter(element => !element.closest('.scroll, .unseen') && element.getBoundingClientRect().right > innerWidth + 0.5)
      .map(element => element.outerHTML.slice(0, 80))"""
    assert opened.page.eval_on_selector_all("body *", sticking_out) == []


@each_case
def test_every_chart_is_drawn(open_page: Open, reports: list[dict[str, Any]]) -> None:
    opened = open_page(reports)
    expected = CHARTS if reports else ()
    assert opened.page.locator(".uplot canvas").count() == len(expected)
    assert [opened.page.eval_on_selector(f"#{chart} canvas", IS_PAINTED) for chart in expected] == [True] * len(
        expected
    )


def test_the_plots_stand_in_the_same_columns_as_the_strip(open_page: Open) -> None:
    opened = open_page(ordinary(90))
    strip = place(opened.page.locator(".strip"))
    for plot in [".u-over >> nth=0", ".u-over >> nth=3", ".coverage svg >> nth=0"]:
        box = place(opened.page.locator(plot))
        assert [box["x"], box["width"]] == pytest.approx([strip["x"], strip["width"]], abs=1)


def test_the_charts_follow_the_reader_from_light_to_dark(open_page: Open) -> None:
    opened = open_page(ordinary(3))
    drawn = "canvas => canvas.toDataURL()"
    light = opened.page.eval_on_selector("#articles canvas", drawn)
    opened.page.emulate_media(color_scheme="dark")
    opened.page.evaluate(TWO_FRAMES)
    assert opened.page.eval_on_selector("#articles canvas", drawn) != light
    assert opened.page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(21, 24, 27)"


def test_failures_are_drawn_where_there_are_some_and_only_there(open_page: Open) -> None:
    assert open_page([report(0), report(1, failed=3)]).page.eval_on_selector("#failures canvas", RED_PIXELS) > 100
    assert open_page([report(1)]).page.eval_on_selector("#failures canvas", RED_PIXELS) == 0


def test_an_unhealthy_run_is_told_in_words_and_shape(open_page: Open) -> None:
    opened = open_page(unhealthy_reports())
    assert opened.text("h1") == "ecns unhealthy"
    assert opened.texts(".reasons li") == ["31 of 171 articles failed", LAYOUT_LOST.message]
    assert opened.text("#why") == f": 31 of 171 articles failed; {LAYOUT_LOST.message}"
    healthy, unhealthy = (
        place(opened.page.locator(f".strip .{status}"))["height"] for status in ("healthy", "unhealthy")
    )
    assert unhealthy > 2 * healthy


def test_the_newest_run_is_chosen_at_first(open_page: Open) -> None:
    opened = open_page([report(0, new=1), report(1, new=8, updated=3, failed=2, seconds=95)])
    numbers = {name: opened.text(f"[data-text={name}]") for name in ("new", "updated", "failed", "rejected", "seconds")}
    assert numbers == {"new": "8", "updated": "3", "failed": "2", "rejected": "0", "seconds": "1 min 35 s"}


def test_the_arrow_keys_go_from_run_to_run(open_page: Open) -> None:
    opened = open_page([report(0, new=1, reasons=["the disk was full"]), report(1, new=8)])
    opened.page.focus("#choice")
    opened.page.keyboard.press("ArrowLeft")
    assert opened.text("[data-text=new]") == "1"
    assert opened.text("[data-chosen] >> nth=0") == "23 Nov 2026 07:30 UTC, unhealthy"
    spoken = opened.page.get_attribute("#choice", "aria-valuetext")
    assert spoken == "23 Nov 2026 07:30 UTC, unhealthy: the disk was full"
    outline = "getComputedStyle(document.querySelector('.strip')).outlineStyle"
    assert opened.page.evaluate(outline) == "solid"


@pytest.mark.parametrize("where", [".strip", "#articles .u-over", ".coverage svg >> nth=0"])
def test_pointing_at_a_column_shows_the_numbers_of_its_run(open_page: Open, where: str) -> None:
    opened = open_page([report(number, new=number % 7, updated=number % 3) for number in range(90)])
    target = opened.page.locator(where)
    target.scroll_into_view_if_needed()
    box = place(target)
    for number in (0, 41, 89):
        opened.page.mouse.move(box["x"] + box["width"] * (number + 0.5) / 90, box["y"] + box["height"] / 2)
        assert [opened.text("[data-text=new]"), opened.text("[data-text=updated]")] == [
            str(number % 7),
            str(number % 3),
        ]


def test_the_coverage_of_the_chosen_run_stands_beside_its_field(open_page: Open) -> None:
    first, second = report(0), report(1)
    first["fields"]["title"] = {"filled": 0.75, "from_layout": 0.25}
    opened = open_page([first, second])
    names = opened.texts("#coverage-map tbody th")
    shown = {"filled": "100", "layout": "100", "lowest": "75"}
    for key, numbers in (("End", shown), ("Home", shown | {"filled": "75", "layout": "25"})):
        opened.page.focus("#choice")
        opened.page.keyboard.press(key)
        row = opened.texts(f"#coverage-map tbody tr >> nth={names.index('title')} >> .value")
        assert row == list(numbers.values())


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_heat_map_has_one_hue_and_is_told_apart_by_lightness_alone(open_page: Open, scheme: Scheme) -> None:
    fuller = [report(number) for number in range(11)]
    for number, document in enumerate(fuller):
        document["fields"]["summary"] = {"filled": number / 10, "from_layout": 0}
    opened = open_page(fuller, WIDE, scheme)
    painted = """cells => cells.map(cell => {
      const canvas = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
      canvas.fillStyle = getComputedStyle(cell).fill;
      canvas.fillRect(0, 0, 1, 1);
      return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3);
    })"""
    row = opened.texts("#coverage-map tbody th").index("summary")
    _, *shades = opened.page.eval_on_selector_all(f"#coverage-map tbody tr:nth-child({row + 1}) rect", painted)
    assert all(red < green < blue for red, green, blue in shades)
    lightness = [0.2126 * red + 0.7152 * green + 0.0722 * blue for red, green, blue in shades]
    steps = [abs(after - before) for before, after in pairwise(lightness)]
    assert lightness == sorted(lightness, reverse=scheme == "light")
    assert min(steps) > 8
    heights = "cells => cells.map(cell => cell.getBoundingClientRect().height)"
    dash, cell = opened.page.eval_on_selector_all(f"#coverage-map tbody tr:nth-child({row + 1}) rect", heights)[:2]
    assert cell > 5 * dash  # nothing is another shape, not only another shade


@pytest.mark.parametrize("viewport", [WIDE, PHONE], ids=["wide", "phone"])
def test_the_cells_of_the_heat_map_can_be_seen_and_are_in_the_column_of_their_run(
    open_page: Open, viewport: ViewportSize
) -> None:
    opened = open_page([report(number) for number in range(90)], viewport)
    strip = place(opened.page.locator(".strip"))
    cells = opened.page.locator("#coverage-map tbody tr >> nth=0 >> rect")
    for number in (0, 45, 89):
        cell = place(cells.nth(number))
        assert cell["width"] > 3
        assert cell["height"] >= 16
        if viewport is WIDE:
            assert cell["x"] == pytest.approx(strip["x"] + strip["width"] * number / 90, abs=1)


def test_the_heat_map_is_a_table_to_a_screen_reader(open_page: Open) -> None:
    opened = open_page(ordinary(3))
    table = opened.page.get_by_role("table", name="Percent of records that have each key")
    keys = len(Article.__dataclass_fields__)
    counts = [table.get_by_role(role).count() for role in ("columnheader", "row", "rowheader", "cell", "img")]
    assert counts == [5, 1 + keys, keys, 4 * keys, keys]


def test_everything_that_can_be_used_can_be_reached_by_the_keyboard(open_page: Open) -> None:
    opened = open_page(unhealthy_reports())
    reached = []
    for _ in range(30):
        opened.page.keyboard.press("Tab")
        reached.append(opened.page.evaluate("document.activeElement.id || document.activeElement.tagName"))
    assert {"A", "choice", "SUMMARY", "DIV"} <= set(reached)


def test_the_page_has_landmarks_and_its_headings_go_down_step_by_step(open_page: Open) -> None:
    opened = open_page(ordinary(3))
    roles = [(role, opened.page.get_by_role(role).count()) for role in ("banner", "navigation", "main", "contentinfo")]
    assert roles == [("banner", 1), ("navigation", 1), ("main", 1), ("contentinfo", 1)]
    levels = [
        int(name[1]) for name in opened.page.eval_on_selector_all("h1,h2,h3", "all => all.map(one => one.tagName)")
    ]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    unnamed = "all => all.filter(one => !one.getAttribute('aria-label')).map(one => one.outerHTML.slice(0, 80))"
    assert opened.page.eval_on_selector_all("[role=img], [role=region]:not([aria-labelledby])", unnamed) == []


def test_what_a_report_says_is_never_run(open_page: Open) -> None:
    hostile = "</script><script>document.title = 'run'</script><img src=x onerror=\"document.title='run'\">"
    opened = open_page([report(0, reasons=[hostile], section=hostile)])
    assert opened.page.title() == "ecns unhealthy, 23 Nov 2026 07:30 UTC"
    assert opened.text(".reasons") == hostile
    assert hostile in opened.texts(".bars th[scope=row]")
    assert opened.asked == {opened.address}


def test_a_crawl_leaves_a_page_with_its_numbers(
    serve: Callable[[Site], Replica], crawl_of: Callable[[Replica], Crawl], open_file: Open
) -> None:
    generated = GeneratedSite(40, 1, datetime(2026, 11, 20, tzinfo=UTC))
    crawl = crawl_of(serve(generated.site))
    crawl.run()
    generated.publish(3, datetime(2026, 11, 21, tzinfo=UTC))
    crawl.run()
    opened = open_file(crawl.folder / "reports" / "index.html", WIDE)
    assert opened.console == []
    assert opened.text("h1") == "ecns healthy"
    new = opened.page.eval_on_selector_all("#runs-table tbody tr", "rows => rows.map(row => row.cells[2].innerText)")
    assert new == [str(crawl.report["counts"]["new"]), str(len(crawl.records) - crawl.report["counts"]["new"])]
    stored = opened.page.eval_on_selector_all(
        "#hours-table td", "cells => cells.reduce((sum, cell) => sum + +cell.textContent, 0)"
    )
    assert stored == len(crawl.records)
