"""Paragraphs that are only a byline, in many languages; and sentences that begin like one."""

import pytest

from ecnscrawl.pages.generic.body_bylines import STARTS, byline
from ecnscrawl.pages.generic.byline_words import FORMS

NAMES = {
    "Written by Ana Ruiz": ["Ana Ruiz"],
    "Von Jonas Weber und Käthe von der Heide, Kiel": ["Jonas Weber", "Käthe von der Heide"],
    "Par Élodie Marchand avec AFP": ["Élodie Marchand"],
    "Por: Lucía Fernández": ["Lucía Fernández"],
    "di Marta Galli": ["Marta Galli"],
    "Door Sanne de Wit": ["Sanne de Wit"],
    "Av Ingrid Solberg": ["Ingrid Solberg"],
    "Autor: Zofia Lis": ["Zofia Lis"],
    "Автор: Анна Петрова": ["Анна Петрова"],
    "Γράφει η Ελένη Νικολάου": ["Ελένη Νικολάου"],
    "Haber: Selin Kaya": ["Selin Kaya"],
    "Oleh: Dewi Lestari": ["Dewi Lestari"],
    "Tác giả: Trần Minh": ["Trần Minh"],
    "بقلم ليلى حداد": ["ليلى حداد"],
    "كتبت: ليلى حداد": ["ليلى حداد"],
    "מאת נועה לוי": ["נועה לוי"],
    "लेखक: राहुल शर्मा": ["राहुल शर्मा"],
    "โดย สมชาย ใจดี": ["สมชาย ใจดี"],
    "文・佐藤花子": ["佐藤花子"],
    "佐藤花子 記者": ["佐藤花子"],
    "社会部・佐藤花子": ["佐藤花子"],
    "記者　佐藤花子": ["佐藤花子"],
    "김민수 기자": ["김민수"],
    "記者王曉華／台北報導": ["王曉華"],
}


@pytest.mark.parametrize(("pattern", "line"), [*STARTS, *FORMS])
def test_each_pattern_has_a_byline_that_it_matches(pattern: str, line: str) -> None:
    assert byline(line, "und") == NAMES[line]


@pytest.mark.parametrize(
    ("language", "line", "names"),
    [
        ("de", "Von Jonas Weber | 12.03.2024", ["Jonas Weber"]),
        ("de", "Text: Jonas Weber; Fotos: Mara Lind", ["Jonas Weber"]),
        ("de", "Von Jonas Weber (dpa)", ["Jonas Weber"]),
        ("fr", "Par Élodie Marchand et Luc Petit", ["Élodie Marchand", "Luc Petit"]),
        ("pt", "Por João da Silva, de Lisboa", ["João da Silva"]),
        ("es", "Por Lucía Fernández y Tomás Gil", ["Lucía Fernández", "Tomás Gil"]),
        ("he", "מאת נועה לוי ודניאל כהן", ["נועה לוי", "דניאל כהן"]),
        ("ko", "김민수 기자 minsu@harbour.example", ["김민수"]),
        ("ja", "【取材・文：佐藤花子、鈴木一郎】", ["佐藤花子", "鈴木一郎"]),
        ("ja", "文・佐藤はなこ、写真・鈴木一郎", ["佐藤はなこ"]),
        ("de", "Von Dr. Petra von der Heide, Kiel", ["Petra von der Heide"]),
        ("ru", "Текст: Анна Петрова, Иван Лосев", ["Анна Петрова", "Иван Лосев"]),
    ],
)
def test_a_byline_gives_its_names_alone(language: str, line: str, names: list[str]) -> None:
    assert byline(line, language) == names


def test_the_names_of_known_authors_alone_are_a_byline() -> None:
    known = ["Jonas Weber", "Käthe von der Heide"]
    assert byline("Jonas Weber", "de", known) == ["Jonas Weber"]
    assert byline("(Jonas Weber, Käthe von der Heide)", "de", known) == known
    assert byline("Mara Lind", "de", known) == []
    assert byline("【佐藤花子】", "ja", ["佐藤花子"]) == ["佐藤花子"]


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "By train the trip takes an hour."),
        ("de", "Von Montag an gilt ein neuer Fahrplan."),
        ("de", "Von Kiel nach Oslo"),
        ("de", "Von Jonas Weber, dem neuen Hafenmeister, kam kein Wort."),
        ("de", "Von Neuem"),
        ("de", "Text: Der Vertrag im Wortlaut"),
        ("fr", "Par ailleurs, le bac restera à quai."),
        ("fr", "Par Brest et Quimper"),
        ("es", "Por la tarde salió el ferry."),
        ("es", "Por Navidad"),
        ("pt", "Por enquanto, nada mudou."),
        ("it", "Di notte il porto dorme."),
        ("nl", "Door de storm vaart de veerboot niet."),
        ("sv no", "Av de fyrtio båtarna är tio nya."),
        ("ru", "Автор письма просит ответа."),
        ("ru", "Текст закона опубликован."),
        ("ar", "كتب محمود رسالة إلى الميناء"),
        ("he", "מאת"),
        ("hi", "रिपोर्ट के अनुसार नाव एक महीने तक बंद रहेगी।"),
        ("th", "โดยเรือลำใหม่จะออกจากท่าในเดือนหน้า"),
        ("ja", "記者会見で船長が説明した。"),
        ("ja", "文化部の記者"),
        ("ko", "이날 현장에는 기자"),
        ("ko", "사진기자"),
        ("ja", "政治部記者"),
        ("ja", "記者　会見の後に船長と話した。"),
        ("ja", "社会部・文化部の記者が港に集まった。"),
        ("zh", "记者会上没有人提问"),
        ("id", "Oleh karena itu kapal tidak berlayar."),
    ],
)
def test_a_sentence_that_begins_like_a_byline_is_none(language: str, sentence: str) -> None:
    assert byline(sentence, language) == []
