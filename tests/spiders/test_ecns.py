"""Which addresses of www.ecns.cn are an article's, in all forms and spellings."""

import re
from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ecnscrawl.items import Kind
from ecnscrawl.normalize.urls import ArticleRef
from ecnscrawl.sites.listing_source import ReadPage
from ecnscrawl.spiders.ecns import EcnsSpider

HOST = "https://www.ecns.cn"


def address(url: str) -> ArticleRef:
    found = EcnsSpider.profile.article_ref(url)
    assert found is not None, f"{url} is an article"
    return found


@pytest.mark.parametrize(
    ("path", "id_", "kind", "day"),
    [
        ("/2013/06-21/69606.shtml", "69606", "article", date(2013, 6, 21)),
        ("/2018/05-03/301274.shtml", "301274", "article", date(2018, 5, 3)),
        ("/business/2014/03-26/106525.shtml", "106525", "article", date(2014, 3, 26)),
        ("/cns-wire/2015/04-30/163731.shtml", "163731", "article", date(2015, 4, 30)),
        ("/visual/2013/10-01/82996.shtml", "82996", "photo", date(2013, 10, 1)),
        ("/visual/hd/2014/03-13/34871.shtml", "hd-34871", "photo", date(2014, 3, 13)),
        ("/video/2018/05-24/303747.shtml", "303747", "video", date(2018, 5, 24)),
        ("/news/politics/2025-01-10/detail-ihemrznk1748604.shtml", "ihemrznk1748604", "article", date(2025, 1, 10)),
        ("/news/2018-05-24/detail-ifyuqkxh5544925.shtml", "ifyuqkxh5544925", "article", date(2018, 5, 24)),
        ("/hd/2026-09-30/detail-ihfkteqw7937957.shtml", "ihfkteqw7937957", "photo", date(2026, 9, 30)),
        ("/photo/2026-09-30/detail-ihfkteqw7937667.shtml", "ihfkteqw7937667", "photo", date(2026, 9, 30)),
        ("/video/2026-09-29/detail-ihfkteqw7935859.shtml", "ihfkteqw7935859", "video", date(2026, 9, 29)),
        ("/travel/2026-09-29/detail-ihfkteqw7935860.shtml", "ihfkteqw7935860", "article", date(2026, 9, 29)),
        ("/china/politics/2026-10-03/detail-ihfkteqw7941628.shtml", "ihfkteqw7941628", "article", date(2026, 10, 3)),
        ("/news/photo/2026-10-03/detail-ihfkteqw7941629.shtml", "ihfkteqw7941629", "article", date(2026, 10, 3)),
        ("/news/sci-tech/2024-03-05/detail-ihekdvxp1629417.shtml", "ihekdvxp1629417", "article", date(2024, 3, 5)),
    ],
)
def test_each_shape_of_address_is_an_article(path: str, id_: str, kind: Kind, day: date) -> None:
    assert address(HOST + path) == ArticleRef(f"ecns:{id_}", HOST + path, kind, day, 1)


@pytest.mark.parametrize(
    ("spelling", "canonical"),
    [
        ("http://www.ecns.cn/2018/05-03/301274.shtml", "/2018/05-03/301274.shtml"),
        ("https://ecns.cn/2018/05-03/301274.shtml", "/2018/05-03/301274.shtml"),
        ("https://www.ecns.cn/m/2018/05-03/301274.shtml", "/2018/05-03/301274.shtml"),
        ("http://www.ecns.cn/m/visual/hd/2014/03-13/34871.shtml", "/visual/hd/2014/03-13/34871.shtml"),
        ("https://www.ecns.cn/m/hd/2026-09-30/detail-ihf1.shtml", "/hd/2026-09-30/detail-ihf1.shtml"),
        ("HTTPS://WWW.ECNS.CN/world/2026-09-30/detail-ihf1.shtml", "/world/2026-09-30/detail-ihf1.shtml"),
        ("https://www.ecns.cn:443/world/2026-09-30/detail-ihf1.shtml", "/world/2026-09-30/detail-ihf1.shtml"),
        (
            "https://www.ecns.cn/world/2026-09-30/detail-ihf1.shtml?utm_source=x&b",
            "/world/2026-09-30/detail-ihf1.shtml",
        ),
        ("https://www.ecns.cn/world/2026-09-30/detail-ihf1.shtml#", "/world/2026-09-30/detail-ihf1.shtml"),
        ("https://www.ecns.cn/world/2026-09-30/detail-ihf1.shtml#yanse", "/world/2026-09-30/detail-ihf1.shtml"),
        (" https://www.ecns.cn/world/2026-09-30/detail-ihf1.shtml\n", "/world/2026-09-30/detail-ihf1.shtml"),
        ("https://www.ecns.cn//world//2026-09-30/detail-ihf1.shtml", "/world/2026-09-30/detail-ihf1.shtml"),
        ("http://www.ecns.cn:80/world/2026-09-30/detail-ihf1.shtml", "/world/2026-09-30/detail-ihf1.shtml"),
        ("https://www.ecns.cn:80/2018/05-03/301274.shtml", "/2018/05-03/301274.shtml"),
        ("https://www.ecns.cn/world/%2e%2e/2018/05-03/301274.shtml", "/2018/05-03/301274.shtml"),
        ("https:///www.ecns.cn/x/../2018/./05-03/301274.shtml", "/2018/05-03/301274.shtml"),
        ("https:\\\\www.ecns.cn\\world\\2026-09-30\\detail-ihf1.shtml", "/world/2026-09-30/detail-ihf1.shtml"),
    ],
)
def test_each_spelling_leads_to_the_canonical_address(spelling: str, canonical: str) -> None:
    assert address(spelling).url == HOST + canonical


@pytest.mark.parametrize(
    ("path", "part", "canonical"),
    [
        ("/world/2026-09-30/detail-ihf1-p2.shtml", 2, "/world/2026-09-30/detail-ihf1.shtml"),
        ("/m/world/2026-09-30/detail-ihf1-p13.shtml", 13, "/world/2026-09-30/detail-ihf1.shtml"),
        ("/2014/05-06/112233_2.shtml", 2, "/2014/05-06/112233.shtml"),
        ("/2014/05-06/112233-p2.shtml", 2, "/2014/05-06/112233.shtml"),
        ("/world/2026-09-30/detail-ihf1_2.shtml", 2, "/world/2026-09-30/detail-ihf1.shtml"),
    ],
)
def test_a_later_page_of_an_article_is_of_that_article(path: str, part: int, canonical: str) -> None:
    found = address(HOST + path)
    assert (found.part, found.url, found.id) == (part, HOST + canonical, address(HOST + canonical).id)


def test_the_same_number_in_the_gallerys_own_sequence_is_another_article() -> None:
    assert address(f"{HOST}/visual/hd/2014/03-13/34871.shtml").id != address(f"{HOST}/visual/2014/03-13/34871.shtml").id


def test_the_same_article_in_two_sections_has_one_id() -> None:
    one, other = (address(f"{HOST}/{section}/2026-09-30/detail-ihf1.shtml") for section in ("world", "china/politics"))
    assert one.id == other.id
    assert one.url != other.url


@pytest.mark.parametrize(
    "url",
    [
        "", "x", "/", HOST, f"{HOST}/", f"{HOST}/world/", f"{HOST}/world/index_2.shtml", f"{HOST}/index.shtml", f"{HOST}/rss/rss.xml",
        f"{HOST}/jobs.shtml", f"{HOST}/app/ecns/index.shtml", f"{HOST}/special/2025-lantern-fair/index.html",
        f"{HOST}/2025/01-10/", f"{HOST}/images/2025-01-10/a.jpg", f"{HOST}/news/xuke.html", f"{HOST}/part/6/19.html",
        f"{HOST}/world/2026-09-30/detail-ihf1.html", f"{HOST}/world/2026-09-30/detail-.shtml", f"{HOST}/world/2026-09-30/ihf1.shtml",
        f"{HOST}/world/detail-ihf1.shtml", f"{HOST}/world/2026-13-30/detail-ihf1.shtml", f"{HOST}/2014/02-30/112233.shtml",
        f"{HOST}/2014/05-06/112233", f"{HOST}/2014/05-06/x112233.shtml", f"{HOST}/world/2026-09-30/detail-ihf1.shtml/more",
        "https://www.chinanews.com.cn/gj/2026/11-16/10513377.shtml", "https://m.example.com/2018/05-03/301274.shtml",
        "https://www.ecns.cn.example.com/2018/05-03/301274.shtml", "https://notecns.cn/2018/05-03/301274.shtml",
        "https://user@www.ecns.cn/2018/05-03/301274.shtml", "https://www.ecns.cn:8080/2018/05-03/301274.shtml",
        "ftp://www.ecns.cn/2018/05-03/301274.shtml", "file:///2018/05-03/301274.shtml", "javascript:;", "mailto:ecns@chinanews.com.cn",
        f"https://example.com/?u={HOST}/2018/05-03/301274.shtml", "https://www.ecns.cn@example.com/2018/05-03/301274.shtml",
        "https://www.\u0435cns.cn/2018/05-03/301274.shtml", "https://www.xn--cns-qdd.cn/2018/05-03/301274.shtml", "https://www.ecns.cn\\.example.com/2018/05-03/301274.shtml",
        f"{HOST}/world/2026-09-30/detail-ihf1-p0.shtml", f"{HOST}/world/2026-09-30/detail-ihf1-p02.shtml", f"{HOST}/2014/05-06/112233_0.shtml",
        "https://www.ecns.cn。evil/2018/05-03/301274.shtml",
        f"{HOST}/%2018/05-03/301274.shtml", f"{HOST}/{'x/' * 5_000}2018/05-03/301274.shtml", f"{HOST}%2f2018/05-03/301274.shtml",
    ],
)  # fmt: skip
def test_a_url_that_is_not_an_articles_gives_none(url: str) -> None:
    assert EcnsSpider.profile.article_ref(url) is None


SECTIONS = st.sampled_from(
    ["", "/world", "/news/politics", "/visual/hd", "/visual", "/video", "/cns-wire", "/hd", "/photo"]
)
DAYS = st.dates(date(2000, 1, 1), date(2099, 12, 31))
NEW_PATHS = st.builds(
    "{}/{}/detail-i{}{}.shtml".format,
    SECTIONS,
    DAYS,
    st.from_regex(r"[a-z]{1,7}", fullmatch=True),
    st.integers(1, 9_999_999),
)
OLD_PATHS = st.builds(
    lambda section, day, number: f"{section}/{day:%Y/%m-%d}/{number}.shtml", SECTIONS, DAYS, st.integers(1, 400_000)
)
SPELLINGS = st.tuples(
    st.sampled_from(["https://", "http://", "HTTPS://", "hTtP://"]),
    st.sampled_from(["www.ecns.cn", "ecns.cn", "WWW.ecns.cn", "Ecns.CN", "www.ecns.cn:443", "ecns.cn:80"]),
    st.sampled_from(["", "/m", "/", "//m/"]),
    st.sampled_from(["", "?utm_source=app", "?", "?from=a&to=b#c"]),
    st.sampled_from(["", "#", "#yanse", "#/x?y"]),
    st.sampled_from(["", " ", "\n", "\t"]),
)


@given(NEW_PATHS | OLD_PATHS, SPELLINGS)
def test_all_spellings_of_one_address_are_one_article(path: str, spelling: tuple[str, ...]) -> None:
    scheme, host, before, query, fragment, space = spelling
    assert address(f"{space}{scheme}{host}{before}{path}{query}{fragment}{space}") == address(HOST + path)


@given(NEW_PATHS | OLD_PATHS)
def test_a_canonical_address_is_its_own(path: str) -> None:
    found = address(HOST + path)
    assert found.url == HOST + path
    assert address(found.url) == found


@given(st.lists(NEW_PATHS | OLD_PATHS, min_size=2, max_size=2, unique_by=lambda path: path.rsplit("/", 1)[1]))
def test_other_numbers_are_other_articles(paths: list[str]) -> None:
    one, other = paths
    assert address(HOST + one).id != address(HOST + other).id


@given(st.text(st.characters(exclude_categories=())) | st.text().map(lambda text: HOST + "/" + text))
@example("https://[www.ecns.cn/2018/05-03/301274.shtml")
@example("https://www.ecns.cn/２０１８/05-03/301274.shtml")
def test_any_text_gives_an_article_reference_or_none(text: str) -> None:
    found = EcnsSpider.profile.article_ref(text)
    assert found is None or found.url.startswith(f"{HOST}/")


@pytest.mark.parametrize(
    ("section", "page", "expected"),
    [
        ("world", 1, "/world/"),
        ("world", 2, "/world/index_2.shtml"),
        ("china/politics", 1, "/china/politics/"),
        ("china/politics", 10, "/china/politics/index_10.shtml"),
    ],
)
def test_a_listing_stands_where_the_site_has_it(section: str, page: int, expected: str) -> None:
    source = next(each for each in EcnsSpider.profile.sources if each.name == section)
    today = date(2026, 11, 23)
    urls = (source.first(today),) if page == 1 else source.next(ReadPage(number=page - 1, today=today))
    assert urls == (HOST + expected,)


def test_every_listing_of_the_site_is_read() -> None:
    listed = (
        "china/politics china/national china/regional world business cns-wire voices opinion military sci-tech travel"
        " culture society hongkong taiwan news photo video scroll top_news"
    ).split()
    assert sorted(EcnsSpider.profile.sections) == sorted(listed)


@given(
    st.lists(
        st.sampled_from(
            [
                "https://",
                "http:",
                "//",
                "/",
                "\\",
                "@",
                ":",
                ":8080",
                "?",
                "#",
                "%2e",
                "%2f",
                "..",
                "\t",
                "\n",
                "\0",
                "\u0435",
                "www.",
                "ecns.cn",
                "mirror.example",
                "127.1",
                "[::1]",
                "2018/05-03/301274.shtml",
                "world/2026-09-30/detail-ihf1.shtml",
                "m/",
            ]
        ),
        max_size=10,
    ).map("".join)
)
@example("https://www.ecns.cn\\2018/05-03/301274.shtml")
def test_every_accepted_article_url_is_on_the_sites_own_hosts(url: str) -> None:
    found = EcnsSpider.profile.article_ref(url)
    assert found is None or re.fullmatch(r"https://www\.ecns\.cn/[a-z0-9/-]+\.shtml", found.url)
