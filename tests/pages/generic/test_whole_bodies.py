"""Whole pages whose byline, day, teasers and calls stand among the paragraphs, in twelve languages and six charsets.

The expected values, also the text of the body in a file of its own, were written by reading the pages.
"""

from pathlib import Path

import pytest

import ecnscrawl
from ecnscrawl.items import ExtractedArticle

PAGES = Path(__file__).parent / "bodies"
TITLES = {
    "de": "Der Leuchtturm bekommt eine neue Lampe",
    "es": "El faro cambia de lámpara",
    "fa": "لامپ فانوس دریایی عوض می\u200cشود",
    "fr": "Le phare change de lampe",
    "he": "המגדלור מחליף נורה",
    "hi": "प्रकाश स्तंभ का दीपक बदलेगा",
    "ja": "灯台の電球、交換へ",
    "ko": "등대 전구 교체",
    "pt": "Farol troca de lâmpada",
    "ru": "На маяке меняют лампу",
    "th": "ประภาคารเปลี่ยนหลอดไฟ",
    "zh-TW": "燈塔更換燈泡",
}
AUTHORS = {
    "de": ["Mara Lind", "Jonas Weber"],
    "es": ["Tomás Gil"],
    "fa": ["مریم رضایی"],
    "fr": ["Luc Moreau"],
    "he": ["נועה לוי"],
    "hi": ["राहुल शर्मा"],
    "ja": ["佐藤花子"],
    "ko": ["김민수"],
    "pt": ["João da Silva"],
    "ru": ["Анна Петрова"],
    "th": ["สมชาย ใจดี"],
    "zh-TW": ["王曉華"],
}
DAYS = dict.fromkeys(TITLES, "2024-03-12T00:00:00Z") | {
    "pt": "2024-03-11T00:00:00Z"
}  # a time without a zone is not known


@pytest.fixture(params=TITLES)
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def article(language: str) -> ExtractedArticle:
    found = ecnscrawl.extract((PAGES / f"{language}.html").read_bytes(), "https://www.coast.example/a/1")
    assert found is not None
    return found


def test_the_body_is_the_articles_own_paragraphs(article: ExtractedArticle, language: str) -> None:
    expected = (PAGES / f"{language}.txt").read_text("utf-8").replace("\u200c", "").strip()
    assert (article.body or "").replace("\u200c", "") == expected


def test_the_authors_are_those_of_the_byline(article: ExtractedArticle, language: str) -> None:
    assert article.authors == AUTHORS[language]


def test_the_day_and_the_title_are_the_articles(article: ExtractedArticle, language: str) -> None:
    assert (article.title or "").replace("\u200c", "") == TITLES[language].replace("\u200c", "")
    assert article.published_at == DAYS[language]
