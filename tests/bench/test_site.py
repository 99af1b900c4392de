"""The site that the benchmarks crawl has pages as large as a news site's, which say the same as the replica's."""

import gzip
from datetime import timedelta

from lxml import etree

from bench.site import NOW, SIZE, bench_site, pad, sitemap
from ecnscrawl.extraction import extract_sources
from ecnscrawl.sites.ecns import ECNS


def test_a_padded_page_is_as_large_as_named_and_gives_the_same_record() -> None:
    generated = bench_site(20)
    for record in generated.truth.values():
        url = str(record["url"])
        resource = generated.site.resource(url)
        body = gzip.decompress(resource.body)
        assert SIZE <= len(body) < SIZE + 2000
        address = ECNS.article_ref(url)
        assert address is not None
        _, article = extract_sources([ECNS.source(url, body)], ECNS, address, fetched_at=NOW)
        assert [article.title, article.source] == [record["title"], record["source"]]
        assert article.published_at == record["published_at"]


def test_articles_that_are_added_are_padded_and_the_others_stay_as_they_are() -> None:
    generated = bench_site(3)
    before = {address: generated.site.resource(address) for address in generated.site.addresses()}
    (added,) = generated.publish(1, NOW + timedelta(hours=1))
    pad(generated)
    assert len(gzip.decompress(generated.site.resource(str(generated.truth[added]["url"])).body)) >= SIZE
    articles = [str(record["url"]) for key, record in generated.truth.items() if key != added]
    assert all(generated.site.resource(url) is before[url] for url in articles)


def test_the_sitemap_names_all_pages_that_it_is_given() -> None:
    urls = ["https://www.ecns.cn/a.shtml", "https://www.ecns.cn/b.shtml"]
    root = etree.fromstring(sitemap(urls).body)
    assert [place.text for place in root.iterfind("{*}url/{*}loc")] == urls
