"""Each value of an expected record is on the pages of its article in the generated site, and nowhere else."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from html import unescape
from itertools import count
from urllib.parse import urljoin, urlsplit

import pytest
from lxml import etree, html

from replica.generated_site import GeneratedSite
from replica.markup import INVISIBLE
from replica.sections import LISTINGS
from replica.site import HOST
from replica.story import Record

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
KEYS = (
    "schema_version id revision url site kind title summary body published_at published_precision updated_at source "
    "editor authors dateline section keywords language images videos layout"
).split()
FEATURES = (
    "paged", "gallery", "video", "no body", "twin", "byline first", "byline last", "dateline", "far caption",
    "dateline without place", "caption-like text", "figcaption", "pictext", "above", "below", "below centred",
    "below uncredited", "credit alone", "bare", "picture last", "other", "lively",
)  # fmt: skip


@pytest.fixture(scope="module")
def generated() -> GeneratedSite:
    return GeneratedSite(600, seed=7, now=NOW)


def decoded(body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        return body.decode("gb18030")


def visible(generated: GeneratedSite, record: Record) -> str:
    """The visible text of all pages of an article, with spaces collapsed."""
    story = generated.stories[str(record["id"]).removeprefix("ecns:")]
    pages = [generated.site.resource(story.page_path(n + 1)).body for n in range(len(story.pages))]
    texts = []
    for page in pages:
        tree = html.fromstring(decoded(page))
        etree.strip_tags(tree, etree.Comment)
        etree.strip_elements(tree, "script", with_tail=False)
        texts.append(str(tree.xpath("string()")))
    return collapsed(" ".join(texts))


def collapsed(text: str) -> str:
    return " ".join(text.translate(dict.fromkeys(map(ord, INVISIBLE))).split())


def texts_of(record: Record) -> Iterator[str]:
    """All texts of the record that a reader sees on the page."""
    yield from (str(record[key]) for key in ("title", "section", "source", "editor", "dateline") if record[key])
    for paragraph in paragraphs(record):
        yield from paragraph.split(" | ")
    yield from captions(record)
    authors = record["authors"]
    assert isinstance(authors, list)
    yield from map(str, authors)


def paragraphs(record: Record) -> list[str]:
    return str(record["body"]).split("\n\n") if record["body"] else []


def captions(record: Record) -> list[str]:
    images = record["images"]
    assert isinstance(images, list)
    return [str(image["caption"]) for image in images if isinstance(image, dict) and image["caption"]]


def listed(generated: GeneratedSite, listing: str) -> Iterator[str]:
    """The article paths that a listing links; mobile paths are converted to desktop ones."""
    for number in count(1):
        page = f"{listing}index{'' if number == 1 else f'_{number}'}.shtml"
        if page not in generated.site:
            return
        body = generated.site.resource(page).body.decode()
        for quoted, bare in re.findall(r'<h3><a href=(?:"([^"]*)"|([^>]*))>', body):
            address = urljoin(f"https://{HOST}{page}", unescape(quoted or bare))
            yield re.sub("^/m/", "/", urlsplit(address).path)


def test_the_same_seed_gives_the_same_site(generated: GeneratedSite) -> None:
    again = GeneratedSite(600, seed=7, now=NOW)
    assert again.truth == generated.truth
    for address in generated.site.addresses():
        assert again.site.resource(address) == generated.site.resource(address)
    assert list(again.site.addresses()) == list(generated.site.addresses())


def test_another_seed_gives_another_site(generated: GeneratedSite) -> None:
    assert GeneratedSite(600, seed=8, now=NOW).truth.keys() != generated.truth.keys()


def test_expected_records_have_the_contract_s_keys_in_order(generated: GeneratedSite) -> None:
    for record in generated.truth.values():
        assert list(record) == KEYS
        assert "" not in record.values()


def test_every_text_of_an_expected_record_is_on_its_page(generated: GeneratedSite) -> None:
    for record in generated.truth.values():
        seen = visible(generated, record)
        for text in texts_of(record):
            assert text in seen, record["id"]


def test_no_text_of_an_expected_record_needs_cleaning(generated: GeneratedSite) -> None:
    for record in generated.truth.values():
        texts = [*texts_of(record), *([str(record["summary"])] if record["summary"] else [])]
        assert [text for text in texts if text != collapsed(text)] == []


def test_no_caption_and_no_byline_is_in_a_body(generated: GeneratedSite) -> None:
    for record in generated.truth.values():
        assert not set(captions(record)) & set(paragraphs(record))
        assert not [text for text in paragraphs(record) if re.match(r"By [A-Z]", text)]


def test_the_body_is_on_the_pages_in_its_order(generated: GeneratedSite) -> None:
    for record in generated.truth.values():
        seen, place = visible(generated, record), 0
        for paragraph in paragraphs(record):
            place = seen.index(paragraph.split(" | ")[0], place)


def test_times_lie_before_now_and_pages_are_not_older_than_their_articles(generated: GeneratedSite) -> None:
    for record in generated.truth.values():
        assert "2013-" <= str(record["published_at"]) <= f"{NOW:%Y-%m-%dT%H:%M:%SZ}"
        assert record["updated_at"] is None or str(record["updated_at"]) >= str(record["published_at"])


def test_all_layouts_and_features_occur(generated: GeneratedSite) -> None:
    assert {record["layout"] for record in generated.truth.values()} == {"old-cms", "new-cms", "2026"}
    assert {record["kind"] for record in generated.truth.values()} == {"article", "photo", "video"}
    assert [feature for feature in FEATURES if not generated.features(feature)] == []


def test_old_pages_are_in_gbk_and_state_minutes(generated: GeneratedSite) -> None:
    for story in generated.stories.values():
        if story.layout == "old-cms":
            page = generated.site.resource(story.path).body.decode("gb18030")
            assert f"<span>{story.published:%Y-%m-%d %H:%M}</span>" in page


def test_every_article_is_linked_by_a_listing(generated: GeneratedSite) -> None:
    linked = {path for listing, _ in LISTINGS for path in listed(generated, listing)}
    assert {story.path for story in generated.stories.values()} <= linked


def test_listings_are_newest_first_and_mix_in_other_sections(generated: GeneratedSite) -> None:
    by_path = {story.path: story for story in generated.stories.values()}
    foreign = total = 0
    for listing, name in LISTINGS:
        stories = [by_path[path] for path in listed(generated, listing)]
        assert [story.published for story in stories] == sorted((s.published for s in stories), reverse=True)
        if listing not in {"/scroll/", "/top_news/", "/news/"}:
            foreign += sum(story.section != name for story in stories)
            total += len(stories)
    assert 0.04 < foreign / total < 0.12


def test_the_feed_has_the_newest_hundred(generated: GeneratedSite) -> None:
    items = etree.fromstring(generated.site.resource("/rss/rss.xml").body).findall(".//item")
    newest = sorted((story.published for story in generated.stories.values()), reverse=True)[:100]
    assert [item.findtext("pubDate") for item in items] == [f"{time:%Y-%m-%d %H:%M:%S}" for time in newest]


def test_twins_are_the_same_but_for_id_address_and_revision(generated: GeneratedSite) -> None:
    truth = generated.truth
    assert generated.duplicate_of
    for twin, original in generated.duplicate_of.items():
        assert truth[twin] | {"id": 0, "url": 0} == truth[original] | {"id": 0, "url": 0}
        assert (truth[twin]["id"], str(truth[twin]["url"])[:26]) == (twin, "https://www.ecns.cn/photo/")


def test_a_correction_changes_body_and_etag_and_counts_the_revision() -> None:
    generated = GeneratedSite(30, seed=2, now=NOW)
    for record_id in set(generated.truth) - set(generated.duplicate_of) - set(generated.duplicate_of.values()):
        before = generated.truth[record_id]
        resource = generated.site.resource(str(before["url"]))
        after = generated.correct(record_id, NOW + timedelta(hours=1))
        assert after == generated.truth[record_id]
        assert (after["revision"], after["updated_at"]) == (2, "2026-11-23T05:00:00Z")
        assert len(paragraphs(after)) == len(paragraphs(before)) + 1
        assert generated.site.resource(str(before["url"])).etag != resource.etag
        assert all(text in visible(generated, after) for text in texts_of(after))


def test_a_twin_cannot_be_corrected(generated: GeneratedSite) -> None:
    with pytest.raises(ValueError, match="has a twin"):
        generated.correct(next(iter(generated.duplicate_of)), NOW)


def test_new_furniture_changes_the_etag_and_not_the_record() -> None:
    generated = GeneratedSite(30, seed=2, now=NOW)
    for record_id, before in generated.truth.items():
        etag = generated.site.resource(str(before["url"])).etag
        generated.change_furniture(record_id, NOW + timedelta(hours=1))
        assert generated.truth[record_id] | {"updated_at": 0} == before | {"updated_at": 0}
        assert generated.site.resource(str(before["url"])).etag != etag


def test_new_articles_are_listed_first_and_the_others_stay_unchanged() -> None:
    generated = GeneratedSite(30, seed=2, now=NOW)
    before = json.dumps(generated.truth)
    etags = {address: generated.site.resource(address).etag for address in generated.site.addresses()}
    added = generated.publish(3, NOW + timedelta(hours=2))
    items = etree.fromstring(generated.site.resource("/rss/rss.xml").body).findall(".//item")
    paths = [urlsplit(item.findtext("link") or "").path for item in items]
    assert set(paths[: len(added)]) == {urlsplit(str(generated.truth[i]["url"])).path for i in added}
    assert json.dumps({i: r for i, r in generated.truth.items() if i not in added}) == before
    articles = [f"https://{HOST}{story.path}" for story in list(generated.stories.values())[: -len(added)]]
    assert [a for a in articles if generated.site.resource(a).etag != etags[a]] == []
