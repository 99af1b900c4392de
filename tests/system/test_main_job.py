"""The main job with the saved pages: the expected records, the last line, the report."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest

from replica import Replica
from replica.fixture_site import fixture_site
from tests.system.crawling import ROOT, Crawl, Ended
from tests.system.promises import KEYS, breaches, digest, without

pytestmark = pytest.mark.system

REPORT_KEYS = {
    "run", "site", "started_at", "finished_at", "status", "exit_status", "reasons", "counts", "requests",
    "bytes_received", "fields", "alarms", "files", "recovered",
}  # fmt: skip
COUNTS = {
    "new", "updated", "unchanged", "duplicate", "rejected", "failed", "gone", "end_mark_missing", "end_not_seen",
}  # fmt: skip


@dataclass(frozen=True)
class Job:
    """The main job as it ran once, over all saved pages."""

    crawl: Crawl
    ended: Ended
    replica: Replica
    started: datetime
    finished: datetime


@pytest.fixture(scope="module")
def expected() -> dict[str, dict[str, Any]]:
    """The values of each saved article as a reader sees them, by id."""
    files = (ROOT / "fixtures" / "expected" / "ecns").glob("*.json")
    return {record["id"]: record for record in (json.loads(file.read_bytes()) for file in files)}


@pytest.fixture(scope="module")
def originals(expected: dict[str, dict[str, Any]]) -> dict[str, set[str]]:
    """The ids that share one content: one of each set is to be stored."""
    same: dict[str, set[str]] = {}
    for record in expected.values():
        same.setdefault(digest(record), set()).add(record["id"])
    return same


@pytest.fixture(scope="module")
def job(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Job]:
    with Replica(fixture_site(ROOT / "fixtures")) as replica:
        crawl = Crawl(tmp_path_factory.mktemp("job") / "data", replica.environment())
        started = datetime.now(UTC).replace(microsecond=0)
        ended = crawl.run()
        yield Job(crawl, ended, replica, started, datetime.now(UTC))


def test_a_healthy_run_exits_with_0(job: Job) -> None:
    assert job.ended.status == 0, job.ended.err


def test_a_healthy_run_prints_one_line_and_nothing_else(job: Job) -> None:
    assert job.ended.out == ""
    assert job.ended.err.splitlines() == [job.ended.last_line]
    assert job.ended.stats["status"] == "healthy"


def test_there_are_twins_among_the_saved_pages(originals: dict[str, set[str]]) -> None:
    assert any(len(ids) > 1 for ids in originals.values())


def test_every_article_is_stored_once_and_twins_are_stored_as_one(job: Job, originals: dict[str, set[str]]) -> None:
    stored = Counter(record["id"] for record in job.crawl.records)
    assert set(stored.values()) == {1}
    assert sorted(len(ids & set(stored)) for ids in originals.values()) == [1] * len(originals)
    assert set(stored) <= set().union(*originals.values())


def test_every_record_is_what_a_reader_sees(job: Job, expected: dict[str, dict[str, Any]]) -> None:
    for record in job.crawl.records:
        assert without(record) == without(expected[record["id"]])


def test_records_have_all_keys_in_their_order(job: Job) -> None:
    for record in job.crawl.records:
        assert tuple(record) == KEYS


def test_fetched_at_lies_within_the_run(job: Job) -> None:
    for record in job.crawl.records:
        assert job.started <= datetime.fromisoformat(record["fetched_at"]) <= job.finished


def test_the_published_file_fulfils_the_contract(job: Job) -> None:
    assert [breach for file in job.crawl.files for breach in breaches(file)] == []


def test_one_file_is_published_and_nothing_is_left_beside_it(job: Job) -> None:
    assert [file.name for file in (job.crawl.folder / "articles").iterdir()] == [job.ended.stats["file"]]


def test_the_folder_holds_only_what_the_contract_names(job: Job) -> None:
    names = {path.name for path in job.crawl.folder.iterdir()}
    assert {"articles", "reports", "state.sqlite"} <= names
    assert names <= {"articles", "published", "rejected", "gone", "reports", "archive", "state.sqlite", "lock"}


def test_every_article_and_every_part_is_requested_once(job: Job, expected: dict[str, dict[str, Any]]) -> None:
    asked = Counter(request.url for request in job.replica.requests)
    for record in expected.values():
        assert asked[record["url"]] == 1, record["url"]
    assert {url for url, times in asked.items() if times > 1} == set()


def test_the_last_line_counts_what_was_stored(job: Job) -> None:
    stats = job.ended.stats
    assert stats["site"] == "ecns"
    assert int(stats["new"]) == len(job.crawl.records)
    assert [stats[name] for name in ("updated", "unchanged", "failed")] == ["0", "0", "0"]
    assert int(stats["seconds"]) <= (job.finished - job.started).total_seconds() + 1
    assert stats["reason"] is None


def test_the_report_has_the_keys_of_the_contract(job: Job) -> None:
    report = job.crawl.report
    assert report.keys() >= REPORT_KEYS
    assert report["counts"].keys() >= COUNTS
    assert set(report["fields"]) == set(KEYS)
    assert (report["site"], report["status"], report["exit_status"], report["reasons"]) == ("ecns", "healthy", 0, [])
    assert report["alarms"] == []
    assert report["recovered"] == []


def test_the_report_is_kept_under_the_name_of_its_run(job: Job) -> None:
    reports = job.crawl.folder / "reports"
    run: str = job.crawl.report["run"]
    assert json.loads((reports / f"{run}.json").read_bytes()) == job.crawl.report


def test_the_report_times_are_those_of_the_run(job: Job) -> None:
    begun, ended = (datetime.fromisoformat(job.crawl.report[key]) for key in ("started_at", "finished_at"))
    assert job.started <= begun <= ended <= job.finished


def test_the_report_counts_articles_as_the_files_have_them(job: Job, originals: dict[str, set[str]]) -> None:
    report = job.crawl.report
    copies = sum(len(ids) - 1 for ids in originals.values())
    assert report["counts"] == dict.fromkeys(COUNTS, 0) | {"new": len(originals), "duplicate": copies}
    assert report["files"] == [file.name for file in job.crawl.files]


def test_the_report_counts_requests_as_the_site_saw_them(job: Job) -> None:
    report, requests = job.crawl.report, job.replica.requests
    assert report["requests"]["total"] == len(requests)
    assert report["requests"]["by_status"] == Counter(f"{request.status:d}" for request in requests)
    bodies = sum(len(job.replica.site.find(request.host, request.path).body) for request in requests)
    assert bodies <= report["bytes_received"] <= sum(request.bytes for request in requests)


def test_the_report_tells_the_share_of_records_that_fill_each_key(job: Job) -> None:
    records = job.crawl.records
    for key, shares in job.crawl.report["fields"].items():
        filled = sum(record[key] not in (None, []) for record in records)
        assert shares["filled"] == pytest.approx(filled / len(records), abs=0.001), key
        assert 0 <= shares["from_layout"] <= 1, key
