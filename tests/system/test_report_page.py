"""The report page in a real browser: its charts and texts, and no request to the network."""

from collections.abc import Callable
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import pytest
from playwright.sync_api import ViewportSize

from replica import Replica, Site
from replica.generated_site import GeneratedSite
from tests.run_reports import LAYOUT_LOST, ordinary, report
from tests.system.crawling import Crawl
from tests.system.opened_page import (
    PHONE,
    TWO_FRAMES,
    WIDE,
    Open,
    Scheme,
    browser,
    each_case,
    open_file,
    open_page,
    place,
    reports,
    unhealthy_reports,
)

__all__ = ["browser", "open_file", "open_page", "reports"]  # fixtures

pytestmark = pytest.mark.system

CHARTS = ("articles", "failures", "freshness", "time", "hours")

#: Whether a canvas has a pixel that is not transparent.
IS_PAINTED = "canvas => canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.some(part => part)"

#: Pixels that are red or green: bars of failures, and nothing else in that chart.
RED_PIXELS = """canvas => {
  const data = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
  let count = 0;
  for (let at = 0; at < data.length; at += 4) if (data[at + 3] && data[at] - data[at + 2] > 60) count += 1;
  return count;
}"""


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
