"""Whole pages in nine languages, each with a markup of its own. The expected values were written by reading them."""

from pathlib import Path

import pytest

import ecnscrawl
from ecnscrawl.items import ExtractedArticle, Image
from ecnscrawl.pages.base import read
from ecnscrawl.pages.document import Source
from ecnscrawl.pages.generic import GenericPage

PAGES = Path(__file__).parent / "pages"
URL = "https://www.harbour.example/a/1"
DAY = ("2026-08-03T00:00:00Z", "day")  # a time of day without a zone is not known

TITLES = {
    "ar": "بيانو العبّارة يبقى في الميناء",
    "de": "Das Klavier bleibt am Hafen",
    "en": "Ferry company’s piano finds a home",
    "es": "El piano del ferry se queda en el puerto",
    "fr": "Le piano du bac reste à quai",
    "he": "הפסנתר של המעבורת נשאר בנמל",
    "ja": "渡し船のピアノ、港に残る",
    "ru": "Рояль с парома остался в порту",
    "zh": "渡轮上的钢琴留在了港口",
}
AUTHORS = {
    "ar": ["ليلى حداد"],
    "de": ["Jonas Weber", "Käthe von der Heide"],
    "en": ["Ana Ruiz", "Summer Swann"],
    "es": ["Lucía Fernández", "Tomás Gil"],
    "fr": ["Élodie Marchand"],
    "he": ["נועה לוי", "דניאל כהן"],
    "ja": ["佐藤花子"],
    "ru": ["Анна Петрова"],
    "zh": ["李明", "王晓华"],
}
TIMES = dict.fromkeys(TITLES, DAY) | {
    "en": ("2026-08-03T08:30:15Z", "second"),
    "ja": ("2026-08-03T00:30:00Z", "second"),
}
SOURCES = {
    "ar": "صحيفة الميناء",
    "de": "Hafenbote",
    "en": "The Harbour Post",
    "es": "Diario del Puerto",
    "fr": "La Gazette du Port",
    "he": "עיתון הנמל",
    "ja": "港新聞デジタル",
    "ru": "Портовые вести",
    "zh": "港口日报网",
}
TAGS = dict(zip(TITLES, TITLES, strict=True)) | {"en": "en-GB", "es": "es-AR", "fr": "fr-FR", "zh": "zh-CN"}


@pytest.fixture(params=TITLES)
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def article(language: str) -> ExtractedArticle:
    found = ecnscrawl.extract((PAGES / f"{language}.html").read_bytes(), URL)
    assert found is not None
    return found


def test_the_title_is_the_headline_alone(article: ExtractedArticle, language: str) -> None:
    assert article.title == TITLES[language]


def test_the_authors_are_names_alone(article: ExtractedArticle, language: str) -> None:
    assert article.authors == AUTHORS[language]


def test_the_time_of_publication_is_not_that_of_an_update(article: ExtractedArticle, language: str) -> None:
    assert (article.published_at, article.published_precision) == TIMES[language]


def test_the_source_is_the_outlet(article: ExtractedArticle, language: str) -> None:
    assert article.source == SOURCES[language]


def test_the_language_is_the_one_that_the_page_names(article: ExtractedArticle, language: str) -> None:
    assert article.language == TAGS[language]


def test_a_logo_is_no_lead_picture_and_a_text_without_pictures_has_none() -> None:
    for language in set(TITLES) - {"en", "de"}:
        found = ecnscrawl.extract((PAGES / f"{language}.html").read_bytes(), URL)
        assert found is not None
        assert found.images == []


def test_pictures_have_their_captions_and_credits_and_the_lead_picture_counts_once() -> None:
    english = ecnscrawl.extract((PAGES / "en.html").read_bytes(), URL)
    german = ecnscrawl.extract((PAGES / "de.html").read_bytes(), URL)
    assert english is not None
    assert german is not None
    folder = "https://img.harbourpost.example/2026/08"
    caption = "The piano on the upper deck. Photo: Summer Swann"
    assert english.images == [
        Image(f"{folder}/piano-on-deck-1200x630.jpg", caption, "Summer Swann"),
        Image(f"{folder}/harbour-room.jpg", "The room above the ticket office.", None),
    ]
    caption = "Das Klavier wird an Land getragen. Foto: Mara Lind/dpa"
    assert german.images == [Image("https://www.harbour.example/bilder/2026/klavier.jpg", caption, "Mara Lind/dpa")]
    assert caption not in (german.body or "")


def test_further_fields_come_from_the_metadata() -> None:
    english = ecnscrawl.extract((PAGES / "en.html").read_bytes(), URL)
    assert english is not None
    assert english.summary == "The instrument crossed the bay & stayed."
    assert (english.section, english.keywords) == ("Local", ["Ferries", "Music"])
    assert english.updated_at == "2026-08-04T17:05:00Z"
    chinese = ecnscrawl.extract((PAGES / "zh.html").read_bytes(), URL)
    assert chinese is not None
    assert chinese.keywords == ["渡轮", "钢琴", "港口"]


def test_each_field_names_the_part_of_the_page_that_gave_it() -> None:
    extractors = read([GenericPage(Source(URL, (PAGES / "en.html").read_bytes()))]).extractors
    assert {key: extractors[key] for key in ("title", "published_at", "authors", "keywords", "summary", "images")} == {
        "title": "h1",
        "published_at": "json-ld",
        "authors": "byline",
        "keywords": "og",
        "summary": "og",
        "images": "lead",
    }
    german = read([GenericPage(Source(URL, (PAGES / "de.html").read_bytes()))]).extractors
    assert (german["published_at"], german["images"], german["summary"]) == ("visible-date", "figure", "meta")
