"""A correction is a further record with the same id; other changes store nothing."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from replica import Replica, Resource, Site
from replica.generated_site import GeneratedSite
from replica.story import Story
from tests.system.crawling import Crawl
from tests.system.editing import articles_asked, is_conditional, put_long_listing, put_story, take_log
from tests.system.reader import Reader, assert_is_truth

pytestmark = pytest.mark.system

Serve = Callable[[Site], Replica]
CrawlOf = Callable[[Replica], Crawl]
RECHECK = ("-a", "recheck=all")


def fresh_site(articles: int) -> GeneratedSite:
    """A site whose articles are all young enough to be corrected."""
    now = datetime.now(UTC)
    generated = GeneratedSite(0, seed=51, now=now)
    generated.publish(articles, now - timedelta(hours=1, minutes=30))
    return generated


def plain_ids(generated: GeneratedSite) -> list[str]:
    """Articles of one page, without a copy."""
    special = {*generated.features("paged"), *generated.duplicate_of, *generated.duplicate_of.values()}
    return [id_ for id_ in generated.truth if id_ not in special]


def first_with_pages(generated: GeneratedSite, number: int) -> Story:
    """An article of so many pages."""
    return next(story for story in generated.stories.values() if len(story.pages) == number)


def test_five_corrections_among_three_hundred_articles_make_five_records_in_a_new_file(
    serve: Serve, crawl_of: CrawlOf
) -> None:
    generated = fresh_site(300)
    crawl = crawl_of(serve(generated.site))
    assert crawl.run().status == 0
    reader = Reader(crawl.folder / "articles")
    reader.look()
    corrected = plain_ids(generated)[::50][:5]
    for id_ in corrected:
        generated.correct(id_, datetime.now(UTC))

    ended = crawl.run(*RECHECK)

    assert (ended.stats["new"], ended.stats["updated"]) == ("0", "5")
    reader.look()
    assert sorted(reader.versions[-5:]) == sorted((id_, 2) for id_ in corrected)
    assert len(reader.seen) == 2
    assert [len(file.read_bytes().splitlines()) for file in crawl.files][1] == 5
    assert_is_truth(reader, generated.truth, generated.duplicate_of)


def test_what_changes_around_an_article_is_no_correction(serve: Serve, crawl_of: CrawlOf) -> None:
    generated = fresh_site(20)
    replica = serve(generated.site)
    crawl = crawl_of(replica)
    assert crawl.run().status == 0
    take_log(replica)
    for id_ in generated.truth:
        generated.change_furniture(id_, datetime.now(UTC))

    ended = crawl.run(*RECHECK)

    assert (ended.stats["new"], ended.stats["updated"], ended.stats["file"]) == ("0", "0", "-")
    assert 200 in {request.status for request in articles_asked(replica)}


def test_a_correction_that_is_taken_back_is_a_third_revision(serve: Serve, crawl_of: CrawlOf) -> None:
    generated = fresh_site(6)
    crawl = crawl_of(serve(generated.site))
    id_ = plain_ids(generated)[0]
    url = str(generated.truth[id_]["url"])
    original = generated.site.resource(url)
    assert crawl.run().status == 0
    generated.correct(id_, datetime.now(UTC))
    assert crawl.run("-a", f"urls={url}").stats["updated"] == "1"
    generated.site.put(url, original)
    assert crawl.run("-a", f"urls={url}").stats["updated"] == "1"

    versions = [record for record in crawl.records if record["id"] == id_]
    assert [record["revision"] for record in versions] == [1, 2, 3]
    assert versions[0]["content_hash"] == versions[2]["content_hash"] != versions[1]["content_hash"]


def test_an_article_that_is_gone_keeps_its_record_and_is_left_alone_until_a_listing_shows_it(
    serve: Serve, crawl_of: CrawlOf
) -> None:
    generated = fresh_site(12)
    stories = list(generated.stories.values())
    put_long_listing(generated.site, stories)
    replica = serve(generated.site)
    crawl = crawl_of(replica)
    one_listing = ("-a", "sections=world", *RECHECK)
    assert crawl.run(*one_listing).status == 0
    files = [file.read_bytes() for file in crawl.files]
    paths = [generated.stories[id_.removeprefix("ecns:")].path for id_ in plain_ids(generated)[-3:]]
    before = {path: generated.site.resource(path) for path in paths}
    generated.site.remove(paths[0])
    generated.site.put(paths[1], Resource(status=410))
    generated.site.put(paths[2], Resource(status=302, location="https://www.ecns.cn/"))
    put_long_listing(generated.site, [story for story in stories if story.path not in paths])

    assert crawl.run(*one_listing).status == 0
    report = crawl.report
    assert report["counts"]["gone"] == 3
    (told,) = (crawl.folder / "gone").iterdir()
    assert told.name == f"{report['run']}.jsonl"
    gone = [json.loads(line) for line in told.read_bytes().splitlines()]
    addresses = {record["id"]: record["url"] for record in crawl.records}
    assert {line["id"]: line["url"] for line in gone} == {id_: addresses[id_] for id_ in plain_ids(generated)[-3:]}
    for line in gone:
        assert report["started_at"] <= line["first_gone_at"] == line["last_gone_at"] <= report["finished_at"]
        assert line["back_at"] is None
    take_log(replica)
    assert crawl.run(*one_listing).status == 0
    assert list((crawl.folder / "gone").iterdir()) == [told]
    assert not [request for request in articles_asked(replica) if request.path in paths]

    for path, resource in before.items():
        generated.site.put(path, resource)
    put_long_listing(generated.site, stories)
    ended = crawl.run(*one_listing)
    assert {request.path for request in articles_asked(replica)} >= set(paths)
    assert (ended.stats["new"], ended.stats["updated"], ended.stats["file"]) == ("0", "0", "-")
    assert [file.read_bytes() for file in crawl.files] == files
    back = [json.loads(line) for line in max((crawl.folder / "gone").iterdir()).read_bytes().splitlines()]
    for line in back:
        assert crawl.report["started_at"] <= line["back_at"] <= crawl.report["finished_at"]
    assert sorted(({**line, "back_at": None} for line in back), key=str) == sorted(gone, key=str)


def test_a_correction_of_an_article_and_its_exact_copy_is_stored_once_under_the_id_that_is_stored(
    serve: Serve, crawl_of: CrawlOf
) -> None:
    generated = fresh_site(40)
    crawl = crawl_of(serve(generated.site))
    assert crawl.run().status == 0
    stored = {record["id"] for record in crawl.records}
    twins = [{copy, original} for copy, original in generated.duplicate_of.items()]
    assert twins
    for pair in twins:
        one, other = (generated.stories[id_.removeprefix("ecns:")] for id_ in pair)
        corrected = one.corrected(datetime.now(UTC).astimezone(one.published.tzinfo).replace(microsecond=0))
        put_story(generated.site, corrected)
        put_story(generated.site, replace(other, pages=corrected.pages, updated=corrected.updated))

    ended = crawl.run(*RECHECK)

    assert (ended.stats["new"], ended.stats["updated"]) == ("0", str(len(twins)))
    again = [(record["id"], record["revision"]) for record in crawl.records[-len(twins) :]]
    assert sorted(again) == sorted((id_, 2) for pair in twins for id_ in pair & stored)


def test_a_paged_article_is_rechecked_page_by_page_and_stored_whole(serve: Serve, crawl_of: CrawlOf) -> None:
    generated = fresh_site(60)
    story = first_with_pages(generated, 2)
    first, second = story.page_path(1), story.page_path(2)
    replica = serve(generated.site)
    crawl = crawl_of(replica)
    naming_it = ("-a", f"urls=https://www.ecns.cn{story.path}")
    assert crawl.run(*naming_it).stats["new"] == "1"
    take_log(replica)

    assert crawl.run(*naming_it).stats["unchanged"] == "1"
    asked = articles_asked(replica)
    assert [(request.path, request.status) for request in asked] == [(first, 304), (second, 304)]
    assert all(is_conditional(request) for request in asked)

    as_it_was = generated.site.resource(first)
    expected = generated.correct(f"ecns:{story.cms_id}", datetime.now(UTC))
    generated.site.put(first, as_it_was)
    assert crawl.run(*naming_it).stats["updated"] == "1"
    assert articles_asked(replica)[0].status == 304
    assert crawl.records[-1]["revision"] == 2
    assert crawl.records[-1]["body"] == expected["body"]


def test_a_page_that_is_added_to_an_article_is_a_correction(serve: Serve, crawl_of: CrawlOf) -> None:
    generated = fresh_site(60)
    whole = first_with_pages(generated, 3)
    put_story(generated.site, replace(whole, pages=whole.pages[:2]))
    generated.site.remove(whole.page_path(3))
    crawl = crawl_of(serve(generated.site))
    naming_it = ("-a", f"urls=https://www.ecns.cn{whole.path}")
    assert crawl.run(*naming_it).stats["new"] == "1"

    put_story(generated.site, whole)
    assert crawl.run(*naming_it).stats["updated"] == "1"

    assert [record["revision"] for record in crawl.records] == [1, 2]
    assert crawl.records[1]["body"] == whole.record()["body"] != crawl.records[0]["body"]
