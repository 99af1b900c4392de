"""A crawl with ARCHIVE=on keeps every response as the site sent it, and the field's own tools read the file."""

import gzip
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest

from replica import LoggedRequest, Replica, Resource, Site
from tests.docs.peers import peer
from tests.samples import MORNING
from tests.storage.archive.samples import Found, records
from tests.system.crawling import Crawl, Ended
from tests.system.newsstand import HTML, Newsstand, Story

pytestmark = pytest.mark.system

ARCHIVING = ("-s", "ARCHIVE=on")
PLAIN, COMPRESSED, PAGED, MOVED, MISSING, CONDITIONAL = (Story(number) for number in range(1, 7))
NEW_PLACE = MOVED.path().replace("/world/", "/business/")
SENT = gzip.compress(COMPRESSED.page(), mtime=0)
WITHOUT_LIBRARY = """
import importlib.util
find_spec = importlib.util.find_spec
importlib.util.find_spec = lambda name, package=None: None if name == "warcio" else find_spec(name, package)
"""
#: Adds the archive to a collection of pywb, and prints what it replays for these addresses.
REPLAY = """
from gevent.monkey import patch_all
patch_all()
import json, sys
from pywb.apps.frontendapp import FrontEndApp
from pywb.manager.manager import main
from werkzeug.test import Client
main(["init", "news"])
main(["add", "news", sys.argv[1]])
client = Client(FrontEndApp())
found = []
for url in json.loads(sys.argv[2]):
    response = client.get(f"/news/{sys.argv[3]}id_/{url}")
    found.append((response.status_code, response.get_data().decode("latin-1"), response.headers.get("Location")))
print("\\n" + json.dumps(found))
"""


@dataclass(frozen=True)
class Job:
    """A first and a second crawl that archive, and what the site was asked for."""

    crawl: Crawl
    ended: Ended
    requests: list[LoggedRequest]
    report: dict[str, Any]  #: of the first

    @property
    def files(self) -> list[Path]:
        """The archive files of both runs."""
        return sorted((self.crawl.folder / "archive").iterdir())

    def records(self, *types: str, run: int = 0) -> list[Found]:
        """The records of the first run's file, or of another one's."""
        return [record for record in records(self.files[run]) if not types or record.type in types]

    def response(self, path: str) -> Found:
        (found,) = [each for each in self.records("response") if each.url == f"https://www.ecns.cn{path}"]
        return found


def newsstand() -> Newsstand:
    stand = Newsstand()
    stand.publish(PLAIN)
    cookie = (("Set-Cookie", "session=s3cret"),)
    stand.site.put(COMPRESSED.path(), Resource(SENT, HTML, headers=(("Content-Encoding", "gzip"), *cookie)))
    for part in (1, 2):
        stand.page(PAGED, part, [PAGED.path(2)])
    stand.site.put(MOVED.path(), Resource(status=301, location=NEW_PLACE))
    stand.site.put(NEW_PLACE, Resource(MOVED.page(), HTML))
    modified = format_datetime(MORNING, usegmt=True)
    stand.site.put(CONDITIONAL.path(), Resource(CONDITIONAL.page(), HTML, etag='"one"', last_modified=modified))
    stories = (PLAIN, COMPRESSED, PAGED, MOVED, MISSING, CONDITIONAL)
    stand.list("/world/", [story.path() for story in stories])
    return stand


@pytest.fixture(scope="module")
def job(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Job]:
    with Replica(newsstand().site) as replica:
        crawl = Crawl(tmp_path_factory.mktemp("archive") / "data", replica.environment())
        asked = ("-a", "sections=world", *ARCHIVING, "-s", 'DEFAULT_REQUEST_HEADERS={"Authorization": "Basic s3cret"}')
        ended = crawl.run(*asked)
        requests, report = list(replica.requests), crawl.report
        crawl.run("-a", f"urls={CONDITIONAL.url}", *ARCHIVING)
        yield Job(crawl, ended, requests, report)


def test_every_request_and_its_response_is_archived_and_nothing_else(job: Job) -> None:
    asked = sorted(request.url for request in job.requests)
    assert sorted(record.url for record in job.records("response")) == asked
    assert sorted(record.url for record in job.records("request")) == asked
    assert {"https://www.ecns.cn/robots.txt", "https://www.ecns.cn/world/", MISSING.url, MOVED.url} <= set(asked)
    assert job.report["archive"] == {"files": [job.files[0].name], "responses": len(asked), "share": 1.0}


def test_the_body_is_what_the_site_sent(job: Job) -> None:
    assert job.response(COMPRESSED.path()).body == SENT
    assert b"\r\nContent-Encoding: gzip\r\n" in job.response(COMPRESSED.path()).block
    assert job.response(PLAIN.path()).body == PLAIN.page()
    assert [job.response(PAGED.path(part)).body for part in (1, 2)] == [
        PAGED.page(part, [PAGED.path(2)]) for part in (1, 2)
    ]


def test_a_redirect_is_archived_before_the_page_that_it_leads_to(job: Job) -> None:
    urls = [record.url for record in job.records("response")]
    hop = urls.index(MOVED.url)
    assert urls[hop + 1].endswith(NEW_PLACE)
    assert f"\r\nLocation: {NEW_PLACE}\r\n".encode() in job.response(MOVED.path()).block


def test_a_missing_page_is_archived(job: Job) -> None:
    assert job.response(MISSING.path()).block.startswith(b"HTTP/1.1 404 Not Found\r\n")


def test_a_304_is_a_revisit(job: Job) -> None:
    revisits = job.records("revisit", run=1)
    assert [record.url for record in revisits] == [CONDITIONAL.url]
    (request,) = [record for record in job.records("request", run=1) if record.url == CONDITIONAL.url]
    assert b'\r\nIf-None-Match: "one"\r\n' in request.block


def test_the_time_of_a_response_is_that_of_its_record(job: Job) -> None:
    fetched = {record["url"]: record["fetched_at"] for record in job.crawl.records}
    found = {record.url: record.headers["WARC-Date"] for record in job.records("response")}
    found[MOVED.url] = found[MOVED.url.replace("/world/", "/business/")]  # not that of the redirect
    assert {url: found[url] for url in fetched} == fetched
    assert len(fetched) == 5


def test_the_file_says_by_what_and_how_it_was_made(job: Job) -> None:
    (info,) = job.records("warcinfo")
    lines = dict(line.split(": ", 1) for line in info.block.decode().splitlines())
    assert lines["software"].startswith("ecnscrawl/0.1.0 scrapy/")
    assert lines["robots"] == "obey"
    assert lines["http-header-user-agent"] == "ecnscrawl/0.1.0"
    assert json.loads(lines["settings"])["ARCHIVE"] == "on"


def test_no_cookie_and_no_password_is_archived(job: Job) -> None:
    assert any(request.headers.get("authorization") == "Basic s3cret" for request in job.requests)
    assert [record.url for record in job.records() if b"s3cret" in record.block] == []


# The field's own tools.


@pytest.mark.parametrize("run", [0, 1])
def test_warcio_finds_every_record_whole(job: Job, run: int) -> None:
    checked = subprocess.run(
        [Path(sys.executable).with_name("warcio"), "check", "-v", job.files[run]],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert checked.returncode == 0, checked.stdout
    assert checked.stdout.count("digest pass") == len(job.records(run=run)) - len(job.records("revisit", run=run))


def test_each_member_is_a_gzip_file_of_one_record(job: Job) -> None:
    assert all(record.has_right_digest for record in job.records())
    content = job.files[0].read_bytes()
    begins = [at for at in range(len(content)) if content.startswith(b"\x1f\x8b\x08\x00", at)]
    assert len(begins) == len(job.records())
    assert gzip.decompress(content[begins[1] : begins[2]]).startswith(b"WARC/1.1\r\n")


def test_cdxj_indexer_makes_an_index_of_it(job: Job) -> None:
    made = subprocess.run(
        [sys.executable, "-m", "cdxj_indexer.main", str(job.files[0])],
        capture_output=True, text=True, timeout=60, check=False, env={"PYTHONPATH": str(peer("cdxj-indexer==1.5.0"))},
    )  # fmt: skip
    assert made.returncode == 0, made.stderr
    lines = [json.loads(line.split(" ", 2)[2]) for line in made.stdout.splitlines()]
    assert {line["url"] for line in lines} == {record.url for record in job.records("response")}


def test_pywb_replays_it(job: Job, tmp_path: Path) -> None:
    urls = [PLAIN.url, COMPRESSED.url, PAGED.url.replace(".shtml", "-p2.shtml"), MISSING.url, MOVED.url]
    date = "".join(filter(str.isdigit, job.response(PLAIN.path()).headers["WARC-Date"]))
    replayed = subprocess.run(
        [sys.executable, "-c", REPLAY, job.files[0], json.dumps(urls), date],
        capture_output=True, text=True, timeout=120, check=False, cwd=tmp_path, env={"PYTHONPATH": str(peer("pywb==2.10.0"))},
    )  # fmt: skip
    assert replayed.returncode == 0, replayed.stderr
    plain, compressed, second, missing, moved = json.loads(replayed.stdout.splitlines()[-1])
    assert plain[:2] == [200, PLAIN.page().decode()]
    assert compressed[:2] == [200, COMPRESSED.page().decode()]
    assert second[:2] == [200, PAGED.page(2, [PAGED.path(2)]).decode()]
    assert missing[0] == 404
    assert moved[0] == 301
    assert moved[2].endswith(NEW_PLACE)


# Off, and wrong.


def test_by_default_nothing_is_archived(serve: Callable[[Site], Replica], crawl_of: Callable[[Replica], Crawl]) -> None:
    crawl = crawl_of(serve(newsstand().site))
    assert crawl.run("-a", f"urls={PLAIN.url}").status == 0
    assert not (crawl.folder / "archive").exists()
    assert crawl.report["archive"] == {"files": [], "responses": 0, "share": 0.0}


def test_a_mode_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    ended = Crawl(tmp_path / "data", {}).run("-s", "ARCHIVE=yes")
    assert (ended.status, ended.err) == (2, "ecnscrawl: error: ARCHIVE='yes'; write on or off\n")


def test_without_the_extra_the_crawl_says_how_to_install_it_and_requests_nothing(
    serve: Callable[[Site], Replica], crawl_of: Callable[[Replica], Crawl], tmp_path: Path
) -> None:
    (tmp_path / "sitecustomize.py").write_text(WITHOUT_LIBRARY)
    replica = serve(newsstand().site)
    crawl = crawl_of(replica)
    ended = crawl.run(*ARCHIVING, PYTHONPATH=str(tmp_path))
    assert (ended.status, ended.err) == (
        1,
        "ecnscrawl: error: ARCHIVE=on needs warcio; make clean setup, or use -s ARCHIVE=off\n",
    )
    assert replica.requests == []
    assert not crawl.folder.exists()
