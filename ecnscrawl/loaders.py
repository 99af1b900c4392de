"""Load an extraction's raw values into a record. All cleaning of fields happens here."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta, tzinfo
from typing import Any

from itemloaders import ItemLoader
from itemloaders.processors import Identity, TakeFirst

from ecnscrawl.items import Article, Image, Video, content_hash
from ecnscrawl.normalize import timestamps
from ecnscrawl.normalize.text import clean
from ecnscrawl.normalize.timestamps import StatedTime
from ecnscrawl.normalize.urls import ArticleRef, media
from ecnscrawl.pages.base import Extraction


def _cleaned(texts: Iterable[str]) -> list[str]:
    return [text for each in texts if (text := clean(each))]


def _joined(paragraphs: Iterable[str]) -> str | None:
    return "\n\n".join(paragraphs) or None


def _update_times(texts: Iterable[str], loader_context: dict[str, Any]) -> list[str]:
    stated = (timestamps.parse(clean(text), loader_context["zone"]) for text in texts)
    return [timestamps.to_text(each.at) for each in stated if each and each.precision != "day"]


def publication_time(
    extraction: Extraction, zone: tzinfo | None, listed: StatedTime | None = None, *, fetched_at: datetime | None = None
) -> StatedTime | None:
    """Return the time of publication: the page's first time, else the feed's (`listed`), else the first day stated.

    A time more than a day after `fetched_at` is an error of the page, so it does not count.
    """
    written: str | Sequence[str] | None = extraction.values.get("published_at")
    texts = [written] if isinstance(written, str) else written or ()
    found = [*(timestamps.parse(clean(text), zone) for text in texts), listed]
    last = fetched_at + timedelta(days=1) if fetched_at else None
    stated = [each for each in found if each and (last is None or each.at <= last)]
    return next((each for each in stated if each.precision != "day"), stated[0] if stated else None)


def _images(pictures: Iterable[tuple[str, str | None]], loader_context: dict[str, Any]) -> list[Image]:
    base, patterns = loader_context["base_url"], loader_context["patterns"]
    found: list[Image] = []
    for address, caption in pictures:
        if url := media(base, address):
            text = clean(caption or "") or None
            found.append(Image(url, text, patterns.credit(text) if text else None))
    return found


def _videos(shown: Iterable[tuple[str, str | None, str | None]], loader_context: dict[str, Any]) -> list[Video]:
    base = loader_context["base_url"]
    return [
        Video(url, media(base, poster) if poster else None, clean(caption or "") or None)
        for address, poster, caption in shown
        if (url := media(base, address))
    ]


def _once(shown: list[Image]) -> list[Image]:
    """Drop repeated pictures, unless they have different captions."""
    captioned = {image.url for image in shown if image.caption}
    kept: list[Image] = []
    for image in shown:
        if image not in kept and (image.caption or image.url not in captioned):
            kept.append(image)
    return kept


class ArticleLoader(ItemLoader):
    """Collapses white space, resolves URLs and converts times to UTC.

    Context: `base_url`, the page's URL; `zone`, the site's time zone; `patterns`, those of the text's language.
    """

    # All processors are in this class. itemloaders would also look for them in the item's fields, for each value, which
    # takes as long as all the rest. They are functions of all values: its `MapCompose` takes longer than to clean them.

    def get_input_processor(self, field_name: str) -> Any:
        return getattr(self, f"{field_name}_in", self.default_input_processor)

    def get_output_processor(self, field_name: str) -> Any:
        return getattr(self, f"{field_name}_out", self.default_output_processor)

    default_input_processor = staticmethod(_cleaned)
    default_output_processor = TakeFirst()

    body_out = staticmethod(_joined)
    published_at_in = published_precision_in = Identity()  # `load` adds what `publication_time` gives
    updated_at_in = staticmethod(_update_times)
    authors_out = keywords_out = Identity()
    images_in = staticmethod(_images)
    images_out = staticmethod(_once)
    videos_in = staticmethod(_videos)
    videos_out = Identity()


def load(
    extraction: Extraction,
    address: ArticleRef,
    *,
    site: str,
    language: str,
    zone: tzinfo | None,
    fetched_at: datetime,
    listed: StatedTime | None = None,
) -> Article:
    """Return the record of an extraction. A missing value keeps its default, which validation refuses if required.

    `language` and `zone` are the site's. The page may name another language. If `zone` is None, only times with a time
    zone of their own count. `listed` is the time in the feed, which counts if the page states no time of day.
    `fetched_at` is aware.
    """
    loader = ArticleLoader(base_url=address.url, zone=zone, patterns=extraction.patterns)
    body = extraction.body
    raw = extraction.values | {
        "published_at": None,
        "body": body.paragraphs,
        "images": body.pictures,
        "videos": body.videos,
        "dateline": extraction.dateline,
    }
    if stated := publication_time(extraction, zone, listed, fetched_at=fetched_at):
        raw |= {"published_at": timestamps.to_text(stated.at), "published_precision": stated.precision}
    loader.add_value(None, raw)
    values = ((name, loader.get_output_value(name)) for name in raw)
    article = Article(**{name: value for name, value in values if value is not None})
    article.id, article.url, article.kind = address.id, address.url, address.kind
    article.site, article.layout = site, extraction.layout
    article.language = article.language or language
    article.fetched_at = timestamps.to_text(fetched_at)
    article.content_hash = content_hash(article)
    return article
