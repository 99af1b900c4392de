"""The report page in use: by keyboard, by pointer, and by a screen reader."""

from itertools import pairwise

import pytest

from ecnscrawl.items import Article
from tests.run_reports import ordinary, report
from tests.system.opened_page import Open, browser, open_file, open_page, place, reports, unhealthy_reports

__all__ = ["browser", "open_file", "open_page", "reports"]  # fixtures

pytestmark = pytest.mark.system


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
