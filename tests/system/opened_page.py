"""The report page, opened in a real browser."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, Error, FloatRect, Locator, Page, Route, ViewportSize, sync_playwright

from ecnscrawl.monitoring import dashboard
from tests import run_reports
from tests.run_reports import LAYOUT_LOST, ordinary, report
from tests.system.chromium import chromium

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
WIDE, PHONE = ViewportSize(width=1280, height=900), ViewportSize(width=390, height=844)


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


TWO_FRAMES = "new Promise(drawn => requestAnimationFrame(() => requestAnimationFrame(drawn)))"


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
