"""What makes a record invalid, apart from its schema; and the final record of a valid one."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import msgspec

from ecnscrawl.items import Article, has_content, validated
from ecnscrawl.normalize import timestamps
from ecnscrawl.normalize.urls import ArticleRef

ArticleRefOf = Callable[[str], ArticleRef | None]  #: `SiteProfile.article_ref`
MAX_LETTERS = 1000  #: of a title or a name; a longer one means that the page was misread, or is hostile
FIRST_YEAR = 2000  #: news on the web is hardly older; a CMS writes 1970, 1900 or 1999 if there is no date
_TOMORROW = timedelta(days=1)


def checked(article: Article, now: datetime, article_ref: ArticleRefOf | None) -> tuple[Article, list[str]]:
    """Return the final record and []; or the record as it is and what is wrong with it."""
    reasons = reasons_against(article, now, article_ref)
    if not reasons:
        try:
            return validated(article), []
        except msgspec.ValidationError as error:
            reasons = [str(error)]
    return article, reasons


def reasons_against(article: Article, now: datetime, article_ref: ArticleRefOf | None) -> list[str]:
    """Return what is wrong with a record apart from the schema; [] if nothing is.

    `article_ref` says what is canonical on the site of the record.
    """
    reasons = [] if article_ref is None else _address_reasons(article, article_ref)
    if not article.title:
        reasons.append("no title")
    if not article.published_at:
        reasons.append("no publication time")
    elif not _is_plausible(article.published_at, now):
        reasons.append(f"published_at {article.published_at} is not plausible")
    reasons += [
        f"{key} has {len(text):,} letters, none has more than {MAX_LETTERS:,}"
        for key in ("title", "section", "source", "editor")
        if (text := getattr(article, key)) and len(text) > MAX_LETTERS
    ]
    if article.updated_at and not _is_plausible(article.updated_at, now):
        reasons.append(f"updated_at {article.updated_at} is not plausible")
    reasons += _media_reasons(article)
    if not has_content(article):
        reasons.append("neither body nor pictures nor videos")
    return reasons


def _address_reasons(article: Article, article_ref: ArticleRefOf) -> list[str]:
    """The canonical address is the one that the site's rule gives for itself; its id is the record's."""
    ref = article_ref(article.url)
    if ref is None or ref.url != article.url:
        return [f"url {article.url} is not the canonical address of an article"]
    return [] if ref.id == article.id else [f"id {article.id} is not that of its url, {ref.id}"]


def _media_reasons(article: Article) -> Iterator[str]:
    """A browser shows no picture or video by http on a page that is https."""
    if not article.url.startswith("https://"):
        return
    media = [(f"images[{number}].url", image.url) for number, image in enumerate(article.images)]
    for number, video in enumerate(article.videos):
        media += [(f"videos[{number}].url", video.url), (f"videos[{number}].poster", video.poster or "")]
    for place, url in media:
        if url.startswith("http://"):
            yield f"$.{place} {url} is not https, and its article is"


def _is_plausible(text: str, now: datetime) -> bool:
    moment = timestamps.from_text(text)
    return moment.year >= FIRST_YEAR and moment <= now + _TOMORROW
