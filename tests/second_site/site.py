"""The profile of La Gaceta del Valle, an invented site."""

from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

from ecnscrawl.normalize.urls import ArticleRef, resolve
from ecnscrawl.sites.base import SiteProfile
from ecnscrawl.sites.sources import ByNextLink, Sitemap
from tests.second_site.page import GacetaPage

NAME = "gaceta"
HOST = "www.gaceta.example"


def article_ref(url: str) -> ArticleRef | None:
    """http://www.gaceta.example/nota.php?id=4711: an article is named by its query, and the site has no https."""
    parts = urlsplit(resolve(url, url) or "")
    number = parse_qs(parts.query).get("id", [""])[0]
    if parts.hostname != HOST or parts.path != "/nota.php" or not (number.isascii() and number.isdigit()):
        return None
    number = str(int(number))
    return ArticleRef(f"{NAME}:{number}", f"http://{HOST}/nota.php?id={number}", kind="article", day=None)


GACETA = SiteProfile(
    name=NAME,
    domains=("gaceta.example",),
    hosts=(HOST,),
    zone=ZoneInfo("America/Bogota"),
    language="es",
    article_ref=article_ref,
    page_class=GacetaPage,
    sources=(
        Sitemap(f"http://{HOST}/sitemap.xml"),
        ByNextLink("region", f"http://{HOST}/lista.php?tema=region", next_link="//a[@class='anteriores']"),
        ByNextLink("cultura", f"http://{HOST}/lista.php?tema=cultura", next_link="//a[@class='anteriores']"),
    ),
    fallback_charset="windows-1252",
    expected_fields={"title": 0.9, "published_at": 0.5, "body": 0.5, "section": 0.5},
    settings={"DOWNLOAD_DELAY": 1.0},
)
