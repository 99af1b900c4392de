"""The site's sections: the listing of each, its name on pages, and the path of its articles in each generation."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Section:
    """`listing` is a path like `/china/politics/`; `path_…` are the starts of article paths, "" for none."""

    listing: str
    name: str
    path_2026: str
    path_new: str
    path_old: str


SECTIONS = (
    Section("/china/politics/", "Politics", "china/politics", "news/politics", ""),
    Section("/china/national/", "National", "china/national", "news", ""),
    Section("/china/regional/", "Regional", "china/regional", "news/regional", ""),
    Section("/world/", "World", "world", "news/world", ""),
    Section("/business/", "Business", "business", "business", "business"),
    Section("/cns-wire/", "ECNS Wire", "cns-wire", "news/cns-wire", "cns-wire"),
    Section("/voices/", "Voices", "voices", "voices", "voices"),
    Section("/opinion/", "Opinion", "opinion", "opinion", "voices"),
    Section("/military/", "Military", "military", "news/military", "military"),
    Section("/sci-tech/", "Sci-tech", "sci-tech", "news/sci-tech", ""),
    Section("/travel/", "Travel", "travel", "travel", "travel"),
    Section("/culture/", "Culture", "culture", "news/culture", "learning-Chinese"),
    Section("/society/", "Society", "society", "news/society", ""),
    Section("/hongkong/", "Hong Kong", "hongkong", "hongkong", ""),
    Section("/taiwan/", "Taiwan", "taiwan", "taiwan", ""),
    Section("/news/", "News", "news", "news", ""),
    Section("/photo/", "Photo", "photo", "photo", "visual"),
    Section("/video/", "Video", "video", "video", "video"),
)
"""Each has its own articles."""

COLLECTIONS = (("/scroll/", "Latest news"), ("/top_news/", "Top news"))
"""Listings that collect the articles of other sections."""

LISTINGS = (*((section.listing, section.name) for section in SECTIONS), *COLLECTIONS)
"""Every listing with its name; the front page is not a listing."""
