"""Articles that a user names by ids or addresses, and what is refused."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from scrapy.spiderloader import SpiderLoaderProtocol, get_spider_loader

from ecnscrawl.cli.named_articles import by_site
from ecnscrawl.exceptions import WrongUsage
from ecnscrawl.frontier.records import PublishedRecord
from ecnscrawl.storage.folder import ids_file
from ecnscrawl.storage.folder.storage import FileStorage
from tests.cli.test_preflight import settings

NOW = datetime(2026, 11, 23, tzinfo=UTC)
KITES = "https://news.example.org/kites?id=7"
KITES_ID = "news.example.org:0123456789abcdef"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder with a site of this project, and one without a spider."""
    for site in ("ecns", "news.example.org"):
        (tmp_path / site / "published").mkdir(parents=True)
    record = PublishedRecord(KITES_ID, 1, "ab", KITES, NOW, NOW, "day")
    ids_file.write(tmp_path / "news.example.org" / "published", "20261123T073000Z-1a2b3c.jsonl", [record])
    return tmp_path


@pytest.fixture(scope="module")
def loader() -> SpiderLoaderProtocol:
    return get_spider_loader(settings())


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["ecns:301274"], {"ecns": ["ecns:301274"]}),
        (["ecns", "ecns:301274", "ecns:hd-34871"], {"ecns": ["ecns:301274", "ecns:hd-34871"]}),
        (["ecns", "301274"], {"ecns": ["ecns:301274"]}),
        (["ecns:301274", "https://www.ecns.cn/2018/05-24/301274.shtml"], {"ecns": ["ecns:301274"]}),
        (["http://m.ecns.cn/m/x", KITES], None),
        (["http://ecns.cn/m/visual/hd/2014/03-13/34871.shtml?from=app#top"], {"ecns": ["ecns:hd-34871"]}),
        ([KITES_ID, "ecns:1"], {"news.example.org": [KITES_ID], "ecns": ["ecns:1"]}),
        (["news.example.org", KITES], {"news.example.org": [KITES_ID]}),
        ([f"{KITES}#photo"], {"news.example.org": [KITES_ID]}),
    ],
)
def test_an_article_is_named_by_its_id_or_address(
    words: list[str], expected: dict[str, list[str]] | None, data: Path, loader: SpiderLoaderProtocol
) -> None:
    if expected is None:
        with pytest.raises(WrongUsage, match="is not the address of an article of a known site"):
            by_site(words, FileStorage(data), loader)
    else:
        assert by_site(words, FileStorage(data), loader) == expected


@pytest.mark.parametrize("words", [[KITES], ["news.example.org", KITES]])
def test_of_two_sites_of_a_domain_an_address_is_that_of_the_one_that_has_the_article(
    words: list[str], data: Path, loader: SpiderLoaderProtocol
) -> None:
    (data / "example.org" / "published").mkdir(parents=True)
    assert by_site(words, FileStorage(data), loader) == {"news.example.org": [KITES_ID]}


def test_an_address_that_nothing_has_is_that_of_the_named_site(data: Path, loader: SpiderLoaderProtocol) -> None:
    (data / "example.org" / "published").mkdir(parents=True)
    assert [*by_site(["news.example.org", f"{KITES}0"], FileStorage(data), loader)] == ["news.example.org"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([], "name the articles by their ids, or by their addresses"),
        (["ecns"], "name the articles by their ids, as ecns:…, or by their addresses"),
        (
            ["301274"],
            "'301274' is not the id of an article; copy it from a record: it begins with the site and a colon",
        ),
        (["ecms:301274"], "'ecms:301274' is not the id of an article (did you mean 'ecns'?)"),
        (["ecns:"], "'ecns:' is not the id of an article"),
        ([":1"], "':1' is not the id of an article"),
        (["ecns", KITES_ID], f"'{KITES_ID}' is an article of news.example.org, and not of ecns"),
        (["news.example.org", "https://www.ecns.cn/2018/05-24/301274.shtml"], "is an article of ecns, and not of"),
        (["https://www.ecns.cn/world/"], "is not the address of an article of a known site"),
        (["https://other.example.com/kites?id=7"], "is not the address of an article of a known site"),
        (["https://[broken/kites"], "is not the address of an article of a known site"),
    ],
)
def test_anything_else_is_refused(words: list[str], message: str, data: Path, loader: SpiderLoaderProtocol) -> None:
    with pytest.raises(WrongUsage) as refused:
        by_site(words, FileStorage(data), loader)
    assert message in str(refused.value)
    assert len(str(refused.value).splitlines()) == 1


def test_a_link_in_the_data_folder_is_no_site(data: Path, loader: SpiderLoaderProtocol, tmp_path: Path) -> None:
    (data / "example.net").symlink_to(tmp_path / "news.example.org")
    with pytest.raises(WrongUsage):
        by_site(["example.net:1"], FileStorage(data), loader)
