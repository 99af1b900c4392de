"""A reading's raw values to a record: the only place where a field is cleaned."""

from collections.abc import Sequence
from datetime import datetime, tzinfo
from typing import Any

from itemloaders import ItemLoader
from itemloaders.processors import Compose, Identity, Join, MapCompose, TakeFirst

from ecnscrawl.items import Article, Image, Video, content_hash
from ecnscrawl.normalize import timestamps
from ecnscrawl.normalize.text import clean
from ecnscrawl.normalize.timestamps import StatedTime
from ecnscrawl.normalize.urls import ArticleRef, media
from ecnscrawl.pages.base import Extraction
from ecnscrawl.pages.text_patterns import credit


def _text(text: str) -> str | None:
    return clean(text) or None


def _moment(text: str, loader_context: dict[str, Any]) -> str | None:
    stated = timestamps.parse(clean(text), loader_context["zone"])
    return timestamps.to_text(stated.at) if stated and stated.precision != "day" else None


def published(reading: Extraction, zone: tzinfo | None, listed: StatedTime | None = None) -> StatedTime | None:
    """The first time that the page states, else that of the feed, `listed`; where neither states one, the first day."""
    written: str | Sequence[str] | None = reading.values.get("published_at")
    texts = [written] if isinstance(written, str) else written or ()
    found = [*(timestamps.parse(clean(text), zone) for text in texts), listed]
    stated = [each for each in found if each]
    return next((each for each in stated if each.precision != "day"), stated[0] if stated else None)


def _image(picture: tuple[str, str | None], loader_context: dict[str, Any]) -> Image | None:
    address, caption = picture
    url = media(loader_context["base_url"], address)
    text = clean(caption or "") or None
    return Image(url, text, credit(text) if text else None) if url else None


def _video(video: tuple[str, str | None, str | None], loader_context: dict[str, Any]) -> Video | None:
    address, poster, caption = video
    url = media(loader_context["base_url"], address)
    if not url:
        return None
    return Video(url, media(loader_context["base_url"], poster) if poster else None, clean(caption or "") or None)


def _once(shown: list[Image]) -> list[Image]:
    """A picture that stands twice on the page counts once, unless the captions tell two things."""
    captioned = {image.url for image in shown if image.caption}
    kept: list[Image] = []
    for image in shown:
        if image not in kept and (image.caption or image.url not in captioned):
            kept.append(image)
    return kept


class ArticleLoader(ItemLoader):
    """Collapses white space, makes addresses absolute and times UTC.

    Context: `base_url`, the page's address; `zone`, the time zone of the site's clock.
    """

    default_item_class = Article

    # All processors stand in this class: to look for others in the item's fields, as itemloaders does at each value,
    # costs as much again as all the rest of it.

    def get_input_processor(self, field_name: str) -> Any:
        return getattr(self, f"{field_name}_in", self.default_input_processor)

    def get_output_processor(self, field_name: str) -> Any:
        return getattr(self, f"{field_name}_out", self.default_output_processor)

    default_input_processor = MapCompose(_text)
    default_output_processor = TakeFirst()

    body_out = Compose(Join("\n\n"), lambda text: text or None)
    published_at_in = published_precision_in = Identity()
    updated_at_in = MapCompose(_moment)
    authors_out = keywords_out = Identity()
    images_in = MapCompose(_image)
    images_out = Compose(_once)
    videos_in = MapCompose(_video)
    videos_out = Identity()


def load(
    reading: Extraction,
    address: ArticleRef,
    *,
    site: str,
    language: str,
    zone: tzinfo | None,
    fetched_at: datetime,
    listed: StatedTime | None = None,
) -> Article:
    """The record of a reading; what is missing keeps the default that validation refuses.

    `language` and `zone` are the site's; a page may name another language, and with no `zone` only times count
    that state their own. `listed` is what a feed states, which counts where the page states no time of day.
    """
    loader = ArticleLoader(base_url=address.url, zone=zone)
    for name, value in reading.values.items():
        if name != "published_at":
            loader.add_value(name, value)
    if stated := published(reading, zone, listed):
        loader.add_value("published_at", timestamps.to_text(stated.at))
        loader.add_value("published_precision", stated.precision)
    loader.add_value("body", reading.body.paragraphs)
    loader.add_value("images", reading.body.pictures)
    loader.add_value("videos", reading.body.videos)
    loader.add_value("dateline", reading.dateline)
    article: Article = loader.load_item()
    article.id, article.url, article.kind = address.id, address.url, address.kind
    article.site, article.layout = site, reading.layout
    article.language = article.language or language
    article.fetched_at = timestamps.to_text(fetched_at)
    article.content_hash = content_hash(article)
    return article
