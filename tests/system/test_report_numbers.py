"""The numbers in a report agree with the site's own log and with the published records."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from statistics import median
from typing import Any

import pytest

from replica.listing_page import FEED_PATH
from replica.sections import LISTINGS
from tests.docs.report_keys import undocumented
from tests.system.reported import FAILURES, GOOD, SLOW_ONE, Job, faulty_runs, healthy_run, kind, stopped_run

pytestmark = pytest.mark.system

COUNTED = ("new", "updated", "unchanged", "duplicate", "rejected", "failed", "gone", "end_mark_missing", "end_not_seen")
KINDS = ("robots", "feed", "listing", "deeper", "article", "part", "recheck", "rendering")


@pytest.fixture(scope="module")
def healthy(tmp_path_factory: pytest.TempPathFactory) -> Job:
    """A run over a site without a fault."""
    return healthy_run(tmp_path_factory.mktemp("healthy") / "data")


@pytest.fixture(scope="module")
def jobs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Job]:
    """Runs over a site with faults."""
    return faulty_runs(tmp_path_factory.mktemp("faulty") / "data")


@pytest.fixture(scope="module")
def stopped(tmp_path_factory: pytest.TempPathFactory) -> Job:
    """A run that was told to stop."""
    return stopped_run(tmp_path_factory.mktemp("stopped") / "data")


@pytest.fixture(params=["healthy", "faulty", "named", "stopped"])
def job(request: pytest.FixtureRequest) -> Job:
    """Each of the runs."""
    if request.param in ("healthy", "stopped"):
        found = request.getfixturevalue(request.param)
    else:
        found = request.getfixturevalue("jobs")[request.param]
    assert isinstance(found, Job)
    return found


def test_the_runs_of_this_module_ended_as_planned(healthy: Job, jobs: dict[str, Job], stopped: Job) -> None:
    runs = [healthy, jobs["faulty"], jobs["named"], stopped]
    assert [each.ended.status for each in runs] == [0, 0, 0, 3], [each.ended.last_line for each in runs]


def test_a_report_has_no_key_that_is_not_documented(job: Job) -> None:
    assert undocumented(job.report) == []


def test_the_report_counts_as_many_requests_as_the_site_has_seen(job: Job) -> None:
    assert job.report["requests"]["total"] == len(job.log)


def test_as_many_answers_of_each_status_as_the_site_has_given(job: Job) -> None:
    assert job.report["requests"]["by_status"] == job.statuses
    assert job.report["requests"]["not_modified"] == job.statuses.get("304", 0)


@pytest.mark.parametrize("name", ["healthy", "faulty", "stopped"])
def test_as_many_requests_of_each_kind_as_the_site_has_seen(request: pytest.FixtureRequest, name: str) -> None:
    job = request.getfixturevalue("jobs")[name] if name == "faulty" else request.getfixturevalue(name)
    counted = {kind: count for kind, count in job.report["requests"]["by_kind"].items() if count}
    assert counted == dict(sorted(job.kinds.items()))


def test_asking_for_a_known_article_is_a_recheck(jobs: dict[str, Job]) -> None:
    assert jobs["named"].report["requests"]["by_kind"] == {"recheck": 3, "robots": 1}


def test_the_kinds_of_requests_add_up_to_the_total(job: Job) -> None:
    by_kind = job.report["requests"]["by_kind"]
    assert sum(by_kind.values()) == job.report["requests"]["total"]
    assert set(by_kind) <= set(KINDS)


def test_as_many_bytes_as_the_site_has_sent_but_for_the_heads(healthy: Job) -> None:
    sent = sum(request.bytes for request in healthy.log)
    heads = 400 * len(healthy.log)
    assert sent - heads <= healthy.report["bytes_received"] <= sent


def test_no_more_bytes_than_the_site_has_sent(job: Job) -> None:
    assert 0 < job.report["bytes_received"] <= sum(request.bytes for request in job.log)


def test_the_counts_are_those_of_the_published_records(job: Job) -> None:
    counts = job.report["counts"]
    assert tuple(counts) == COUNTED
    assert counts["new"] == len([record for record in job.records if record["revision"] == 1])
    assert counts["updated"] == len([record for record in job.records if record["revision"] > 1])


def test_the_last_line_says_the_same(job: Job) -> None:
    said = job.ended.stats
    for outcome in ("new", "updated", "unchanged", "failed"):
        assert int(said[outcome]) == job.report["counts"][outcome]
    assert said["status"] == job.report["status"]
    assert said["seconds"] == str(job.report["seconds"])
    assert said["file"] == (",".join(job.report["files"]) or "-")
    assert job.report["exit_status"] == job.ended.status


def test_every_kind_of_outcome_is_counted(jobs: dict[str, Job]) -> None:
    nothing = dict.fromkeys(COUNTED, 0)
    failed = len(FAILURES) - 1  # the undated one was read, and rejected
    assert jobs["faulty"].report["counts"] == nothing | {"new": len(GOOD) + 1, "rejected": 1, "failed": failed}
    assert jobs["named"].report["counts"] == nothing | {"updated": 1, "unchanged": 1, "gone": 1}


def test_copies_are_counted(healthy: Job) -> None:
    asked = len({request.path for request in healthy.log if kind(request.path) == "article"})
    assert healthy.report["counts"]["duplicate"] > 0
    assert healthy.report["counts"]["new"] + healthy.report["counts"]["duplicate"] == asked


def test_the_files_are_those_that_were_published(job: Job) -> None:
    assert job.report["files"] == job.files
    assert job.report["recovered"] == []
    assert [name for name in job.files if not name.startswith(job.report["run"])] == []


def test_the_latest_report_is_the_report_of_the_run(job: Job) -> None:
    kept = job.folder / "reports" / f"{job.report['run']}.json"
    assert kept.read_bytes().endswith(b"}\n")
    latest = (job.folder / "reports" / "latest.json").read_bytes()
    assert kept.read_bytes() == latest or job.report["run"] not in latest.decode()


def test_the_times_frame_the_run(job: Job) -> None:
    started, finished = (datetime.fromisoformat(job.report[key]) for key in ("started_at", "finished_at"))
    assert abs((finished - started).total_seconds() - job.report["seconds"]) <= 1
    for record in job.records:
        assert started <= datetime.fromisoformat(record["fetched_at"]) <= finished


def test_each_failing_address_is_named_with_its_reason(jobs: dict[str, Job]) -> None:
    report = jobs["faulty"].report
    assert {each["url"]: each["reason"] for each in report["failing"]} == FAILURES
    assert report["failures"] == dict(Counter(FAILURES.values()))


def test_a_healthy_run_names_no_failing_address(healthy: Job) -> None:
    assert (healthy.report["failing"], healthy.report["failures"], healthy.report["incomplete"]) == ([], {}, [])


def test_each_listing_has_its_pages_and_links(jobs: dict[str, Job]) -> None:
    listings = jobs["faulty"].report["listings"]
    well = {"failure": None, "was_there": False, "was_left": False, "ends_at": None}
    assert listings["world"] == {"pages": 1, "links": len(GOOD) + 7, **well}
    assert listings["business"] == {"pages": 2, "links": 8, **well}
    assert (listings["culture"]["links"], listings["culture"]["failure"]) == (0, "HTTP 403")


def test_each_listing_of_the_site_is_in_the_report(healthy: Job) -> None:
    names = {path.strip("/") for path, _ in LISTINGS} | {"https://www.ecns.cn/", f"https://www.ecns.cn{FEED_PATH}"}
    assert set(healthy.report["listings"]) == names
    for listing in healthy.report["listings"].values():
        assert listing["failure"] == (None if listing["links"] else "it links to no article")


def test_freshness_is_from_publication_to_storing(healthy: Job) -> None:
    ages = ages_of(healthy.records)
    assert healthy.report["freshness"] == {"median_seconds": round(median(ages)), "worst_seconds": max(ages)}


def test_without_a_new_record_there_is_no_freshness(jobs: dict[str, Job]) -> None:
    assert jobs["named"].report["freshness"] == {"median_seconds": None, "worst_seconds": None}


def ages_of(records: Sequence[dict[str, Any]]) -> list[float]:
    """Seconds from publication to storing."""
    fetched = [datetime.fromisoformat(record["fetched_at"]) for record in records]
    published = [datetime.fromisoformat(record["published_at"]) for record in records]
    return [(later - earlier).total_seconds() for later, earlier in zip(fetched, published, strict=True)]


def test_sections_and_hours_are_those_of_the_records(job: Job) -> None:
    assert job.report["sections"] == dict(Counter(record["section"] or "-" for record in job.records))
    hours = Counter(record["published_at"][11:13] for record in job.records)
    assert job.report["hours"] == {f"{hour:02}": hours[f"{hour:02}"] for hour in range(24)}


def test_fields_are_filled_as_they_are_in_the_records(job: Job) -> None:
    for key, share in job.report["fields"].items():
        filled = len([record for record in job.records if record[key] not in (None, [])])
        assert share["filled"] == pytest.approx(filled / len(job.records), abs=0.0001), key
    assert list(job.report["fields"]) == list(job.records[0])


def test_every_field_s_extractors_add_up_to_the_records(job: Job) -> None:
    for key, share in job.report["fields"].items():
        if by_rung := share.get("by_rung"):
            filled = len([record for record in job.records if record[key] not in (None, [])])
            assert sum(by_rung.values()) == filled, key
            assert share["from_layout"] == pytest.approx(by_rung.get("layout", 0) / len(job.records), abs=0.0001)


def test_the_slowest_answers_are_named_slowest_first(healthy: Job) -> None:
    slowest = healthy.report["slowest"]
    assert slowest[0]["seconds"] >= SLOW_ONE
    assert [each["seconds"] for each in slowest] == sorted((each["seconds"] for each in slowest), reverse=True)
    assert {each["url"] for each in slowest} <= {request.url for request in healthy.log}
