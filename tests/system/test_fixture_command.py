"""`scrapy fixture URL|FILE` saves a page unchanged, with an expected file to review; or one line says why not."""

import json
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from replica import Replica, Resource
from replica.fixture_site import fixture_site
from tests.docs.checkout import Checkout
from tests.saved_pages import FIXTURES, SavedPage, articles, pages_of

pytestmark = pytest.mark.system

CANNOT_START, WRONG_USAGE = 1, 2
SAVED = {page.file.removesuffix(".html"): page for page in articles()}
STANDARD, PAGED, GB2312 = SAVED["2025-standard"], SAVED["2025-paged"], SAVED["2018-gb2312"]
THIRD = pages_of(PAGED)[2].url
UNKNOWN = "https://www.ecns.cn/world/2025-02-03/detail-ihnowhere1234567.shtml"


@dataclass(frozen=True)
class Workplace:
    """A checkout with a fixtures folder, in which the command is run."""

    checkout: Checkout

    @property
    def fixtures(self) -> Path:
        """Its fixtures folder."""
        return self.checkout.root / "fixtures"

    @property
    def manifest(self) -> list[dict[str, Any]]:
        """The entries of its manifest for the site."""
        entries: list[dict[str, Any]] = json.loads((self.fixtures / "manifest.json").read_bytes())["ecns"]
        return entries

    def file(self, name: str, body: bytes) -> Path:
        """A file outside the fixtures."""
        path = self.checkout.root / name
        path.write_bytes(body)
        return path

    def fixture(self, *words: str) -> "subprocess.CompletedProcess[str]":
        """`scrapy fixture` with these words, run in a folder below the checkout."""
        below = self.checkout.root / "below"
        below.mkdir(exist_ok=True)
        command = [str(self.checkout.root / ".venv/bin/scrapy"), "fixture", *words]
        return self.checkout.shell(f"cd {shlex.quote(str(below))} && exec {shlex.join(command)}", COLUMNS="200")

    def snapshot(self) -> dict[Path, bytes]:
        """Every file of its fixtures folder."""
        return {path: path.read_bytes() for path in self.fixtures.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def replica() -> Iterator[Replica]:
    """The site of the saved pages."""
    with Replica(fixture_site(FIXTURES)) as replica:
        yield replica


def workplace_in(folder: Path, replica: Replica) -> Workplace:
    folder.mkdir(exist_ok=True)
    shutil.copytree(FIXTURES, folder / "fixtures")
    return Workplace(Checkout.make(folder, replica.environment()))


@pytest.fixture
def workplace(tmp_path: Path, replica: Replica) -> Workplace:
    return workplace_in(tmp_path / "checkout", replica)


def is_saved(workplace: Workplace, page: SavedPage, name: str, origin: str) -> bool:
    """Check that a page that is a fixture already was saved again, unchanged, under another name."""
    files = [f"{name}{f'-p{number}' if number > 1 else ''}.html" for number in range(1, len(pages_of(page)) + 1)]
    for file, part in zip(files, pages_of(page), strict=True):
        assert (workplace.fixtures / "html" / "ecns" / file).read_bytes() == part.body
    mine = [entry for entry in workplace.manifest if entry["file"] in files]
    assert [entry["file"] for entry in mine] == files
    assert [entry["url"] for entry in mine] == [part.url for part in pages_of(page)]
    assert [(entry["type"], entry.get("of")) for entry in mine] == [
        ("article", None), *(("part", files[0]) for _ in files[1:])
    ]  # fmt: skip
    assert {entry["date"] for entry in mine} == {f"{datetime.now(UTC):%Y-%m-%d}"}
    return all(entry["origin"] == origin for entry in mine)


def expected(workplace: Workplace, name: str) -> dict[str, Any]:
    """The expected file that was written."""
    record: dict[str, Any] = json.loads((workplace.fixtures / "expected" / "ecns" / f"{name}.json").read_bytes())
    return record


def has_refused(ended: "subprocess.CompletedProcess[str]", status: int, *words: str) -> bool:
    """Check that the command ended with this status and one line with all these words."""
    (line,) = ended.stderr.splitlines()
    assert line.startswith("ecnscrawl: error: ")
    assert ended.stdout == ""
    assert [word for word in words if word not in line] == []
    return ended.returncode == status


def test_an_article_is_saved_by_its_address_with_what_a_reader_sees_in_it(
    workplace: Workplace, replica: Replica
) -> None:
    replica.requests.clear()
    ended = workplace.fixture(f"{STANDARD.url}?utm_source=newsletter")
    assert (ended.returncode, ended.stderr) == (0, "")
    id_ = STANDARD.url.rpartition("detail-")[2].removesuffix(".shtml")
    name = f"{STANDARD.url.split('/')[-2]}-{id_}"
    assert is_saved(workplace, STANDARD, name, f"fetched from {STANDARD.url}")
    assert expected(workplace, name) == json.loads(STANDARD.expected_file.read_bytes())
    assert [request.url for request in replica.requests] == ["https://www.ecns.cn/robots.txt", STANDARD.url]
    shown = [f"{name}.html", f"{name}.json", f"layout: {expected(workplace, name)['layout']}", "published_at"]
    assert [word for word in shown if word not in ended.stdout] == []


def test_all_pages_of_an_article_are_saved_as_a_fixture_like_the_others(workplace: Workplace) -> None:
    before = workplace.manifest
    ended = workplace.fixture(PAGED.url, "--name", "mine")
    assert (ended.returncode, ended.stderr) == (0, "")
    assert len(pages_of(PAGED)) == 3
    assert is_saved(workplace, PAGED, "mine", f"fetched from {PAGED.url}")
    assert expected(workplace, "mine") == json.loads(PAGED.expected_file.read_bytes())
    assert workplace.manifest[: len(before)] == before
    mine = next(page for page in articles(workplace.fixtures) if page.file == "mine.html")
    assert [page.body for page in pages_of(mine)] == [page.body for page in pages_of(PAGED)]


def test_a_file_is_saved_with_the_address_that_is_given(workplace: Workplace, replica: Replica) -> None:
    replica.requests.clear()
    file = workplace.file("saved from a browser.htm", GB2312.body)
    ended = workplace.fixture(str(file), "--url", GB2312.url.replace("https://www.", "http://"), "--name", "mine")
    assert (ended.returncode, ended.stderr) == (0, "")
    assert is_saved(workplace, GB2312, "mine", "from the file saved from a browser.htm")
    assert expected(workplace, "mine") == json.loads(GB2312.expected_file.read_bytes())
    assert replica.requests == []


def test_a_file_is_saved_with_the_address_that_the_page_states(workplace: Workplace, replica: Replica) -> None:
    replica.requests.clear()
    shutil.rmtree(workplace.fixtures)  # a project's first fixture needs neither folder nor manifest
    assert b"wap_url" in STANDARD.body
    ended = workplace.fixture(str(workplace.file("page.html", STANDARD.body)), "--name", "mine")
    assert (ended.returncode, ended.stderr) == (0, "")
    assert is_saved(workplace, STANDARD, "mine", "from the file page.html")
    assert expected(workplace, "mine") == json.loads(STANDARD.expected_file.read_bytes())
    assert replica.requests == []


def test_a_page_without_an_end_is_saved_with_a_warning(workplace: Workplace) -> None:
    half = STANDARD.body[: STANDARD.body.index("正文分页结束".encode()) - 100]
    ended = workplace.fixture(str(workplace.file("half.html", half)), "--url", STANDARD.url, "--name", "half")
    assert ended.returncode == 0
    assert f"{STANDARD.url} shows no end: it may have been cut off" in ended.stdout.splitlines()
    ended = workplace.fixture(str(workplace.file("all.html", STANDARD.body)), "--url", STANDARD.url, "--name", "all")
    assert "shows no end" not in ended.stdout


def test_a_page_that_a_crawl_would_reject_is_saved_with_a_warning(workplace: Workplace) -> None:
    file = workplace.file("page.html", f"<html><head><link rel='canonical' href='{UNKNOWN}'></head></html>".encode())
    ended = workplace.fixture(str(file), "--name", "mine")
    assert ended.returncode == 0, ended.stderr
    assert "would be rejected: no title" in ended.stdout
    assert (workplace.fixtures / "html" / "ecns" / "mine.html").read_bytes() == file.read_bytes()
    assert [entry["url"] for entry in workplace.manifest if entry["file"] == "mine.html"] == [UNKNOWN]


WRONG = {
    # The words after `scrapy fixture`, the status, and what the line has to name.
    "no page": ([], WRONG_USAGE, ["fixture URL", "fixture FILE"]),
    "an unknown option": ([STANDARD.url, "--frobnicate"], WRONG_USAGE, []),
    "an address of no known site": (["https://news.example/2025/a.html"], WRONG_USAGE, ["news.example", "ecns"]),
    "a file that is not there": (["nowhere.html"], WRONG_USAGE, ["'nowhere.html'", "No such file"]),
    "a file that does not say where it is from": (["../bare.html"], WRONG_USAGE, ["--url"]),
    "an empty file": (["../empty.html"], WRONG_USAGE, ["--url"]),
    "a file with an address of no article": (["../bare.html", "--url", "foo"], WRONG_USAGE, ["'foo'"]),
    "a name that leads out of the folder": ([STANDARD.url, "--name", "../../../out"], WRONG_USAGE, ["../../../out"]),
    "a name that is taken": ([STANDARD.url, "--name", "2025-standard"], CANNOT_START, ["2025-standard.html", "--name"]),
    "a name that is taken for a later page": ([PAGED.url, "--name", "taken"], CANNOT_START, ["taken-p3.html"]),
    "an article of which a page cannot be had": ([PAGED.url], CANNOT_START, [THIRD, "HTTP 500"]),
    "an article that is not there": ([UNKNOWN], CANNOT_START, [UNKNOWN, "HTTP 404"]),
    "an article that robots.txt forbids": ([STANDARD.url], CANNOT_START, [STANDARD.url, "robots.txt"]),
    "an article that leads elsewhere": ([UNKNOWN], CANNOT_START, [UNKNOWN, "redirect"]),
}  # fmt: skip


def site_of(case: str) -> Replica:
    """The site that a wrong attempt meets."""
    site = fixture_site(FIXTURES)
    if "forbids" in case:
        site.put("/robots.txt", Resource(b"User-agent: *\nDisallow: /\n", "text/plain"))
    if "cannot be had" in case:
        site.replace(THIRD, status=500)
    if "leads elsewhere" in case:
        site.put(UNKNOWN, Resource(status=302, location="/"))
    return Replica(site)


@pytest.fixture(scope="module")
def attempts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple["subprocess.CompletedProcess[str]", bool]]:
    """All of WRONG, two at a time, each with whether the fixtures were touched; most of what it takes is Python's start."""

    def attempt(case: str) -> tuple["subprocess.CompletedProcess[str]", bool]:
        with site_of(case) as replica:
            workplace = workplace_in(tmp_path_factory.mktemp("wrong") / "checkout", replica)
            workplace.file("bare.html", b"<html><body><h1>Snow</h1></body></html>")
            workplace.file("empty.html", b"")
            workplace.file("elsewhere.html", b"<link rel='canonical' href='https://news.example/a.html'>")
            (workplace.fixtures / "html" / "ecns" / "taken-p3.html").write_bytes(b"another one")
            before = workplace.snapshot(), sorted(workplace.checkout.root.parent.iterdir())
            ended = workplace.fixture(*WRONG[case][0])
            return ended, before != (workplace.snapshot(), sorted(workplace.checkout.root.parent.iterdir()))

    with ThreadPoolExecutor(2) as pool:
        return dict(zip(WRONG, pool.map(attempt, WRONG), strict=True))


@pytest.mark.parametrize("case", WRONG)
def test_what_cannot_be_saved_is_refused_in_one_line_and_nothing_is_touched(
    attempts: dict[str, tuple["subprocess.CompletedProcess[str]", bool]], case: str
) -> None:
    _, status, words = WRONG[case]
    ended, is_touched = attempts[case]
    assert has_refused(ended, status, *words), ended
    assert not is_touched
