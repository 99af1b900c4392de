"""Recognize a paragraph of the body that is only a byline, in many languages."""

import re
from collections.abc import Iterable

from ecnscrawl.normalize.text import clean
from ecnscrawl.pages.generic.byline_words import AFTER, BETWEEN, DEGREES, OTHERS, TITLES
from ecnscrawl.pages.generic.bylines import is_outlet, is_person, names_with_role, parts_of
from ecnscrawl.pages.generic.page_lines import without_dates
from ecnscrawl.pages.generic.titles import key_of

_MAX_LETTERS, _MAX_WORDS = 150, 4  #: of a paragraph, and of a name in a script without capitals
_EMAIL = re.compile(r"\S+@\S+\.\S+|(?<!\w)@\w+")
_MARKS = " \t.·•*|–—-()[]【】（）/,،、"
_OF = re.compile(r"\A(?:aus|in|de|em|en|da|di|à|i|из|в)\s+")

#: What stands before names, with a byline that it begins.
STARTS = (
    (r"(?:written by|words by|story by|reported by|text by|by)(?:\s*:\s*|\s+)", "Written by Ana Ruiz"),
    (
        (
            r"(?:ein beitrag von|ein kommentar von|ein bericht von|text und fotos?:|text von|text:|autorin:|autor:"
            r"|von)\s+"
        ),
        "Von Jonas Weber und Käthe von der Heide, Kiel",
    ),
    (
        r"(?:écrit par|propos recueillis par|publié par|texte:|texte :|auteur:|auteur :|par)\s+",
        "Par Élodie Marchand avec AFP",
    ),
    (
        r"(?:escrito por|publicado por|redactado por|textos?:|autora:|autor:|reportagem:|por:?)\s+",
        "Por: Lucía Fernández",
    ),
    (r"(?:a cura di|articolo di|scritto da|di)\s+", "di Marta Galli"),
    (r"(?:geschreven door|door|tekst:)\s+", "Door Sanne de Wit"),
    (r"(?:skrevet av|skriven av|tekst:|text:|av|af)\s+", "Av Ingrid Solberg"),
    (r"(?:autorka:|autor tekstu:|autor:|napisał|napisała|oprac\.|opracowała?)\s+", "Autor: Zofia Lis"),
    (r"(?:автор текста|автор|авторы|текст|корреспондент|журналист)(?:\s*[:：—–-]\s*|\s+)", "Автор: Анна Петрова"),
    (r"(?:συντάκτης:|γράφει ο|γράφει η|του|της)\s+", "Γράφει η Ελένη Νικολάου"),
    (r"(?:yazan|haber|yazar|muhabir)\s*[:：]\s*", "Haber: Selin Kaya"),
    (r"(?:penulis|reporter|editor|oleh|pewarta|laporan)(?:\s*[:：]\s*|\s+)", "Oleh: Dewi Lestari"),
    (r"(?:tác giả|bài và ảnh|theo)\s*[:：]\s*", "Tác giả: Trần Minh"),
    (r"(?:بقلم|كتابة|إعداد|تقرير)(?:\s*[:：/-]\s*|\s+)", "بقلم ليلى حداد"),
    (r"(?:كتب|كتبت|نویسنده|خبرنگار|گزارش)\s*[:：/-]\s*", "كتبت: ليلى حداد"),
    (r"מאת(?:\s*[:：]\s*|\s+)|(?:כתב|כתבת)\s*:\s*", "מאת נועה לוי"),
    (
        r"(?:लेखक|लेखिका|रिपोर्टर|रिपोर्ट|संवाददाता|द्वारा|प्रस्तुति|Written by|By)(?:\s*[:：-]\s*|\s+)",
        "लेखक: राहुल शर्मा",
    ),
    (r"(?:โดย|เรื่อง|ผู้เขียน|รายงาน)(?:\s*[:：]\s*|\s+)", "โดย สมชาย ใจดี"),
)
_STARTS = re.compile(rf"(?:{'|'.join(pattern for pattern, _ in STARTS)})(?=\S)", re.IGNORECASE)


def byline(text: str, language: str, known: Iterable[str] = ()) -> list[str]:
    """Return the names of a paragraph that is only a byline; [] for any other.

    `known` are the authors that the page states: their names alone are a byline too.

    >>> byline("Von Jonas Weber, Kiel | 12.03.2024", "de"), byline("Von Montag an gilt ein neuer Fahrplan.", "de")
    (['Jonas Weber'], [])
    """
    if len(text) > _MAX_LETTERS:
        return []
    line = clean(_EMAIL.sub(" ", without_dates(text, language))).strip(_MARKS)
    keys = {key_of(name) for name in known}
    if names := _listed(line, keys):
        return names
    if names := names_with_role(line):
        return names
    start = _STARTS.match(line)
    return _names(line[start.end() :], keys) if start else []


def begins_like_byline(text: str) -> bool:
    """Return whether a text begins with the words of a byline, as some sentences do too.

    >>> begins_like_byline("Von Jonas Weber"), begins_like_byline("Jonas Weber")
    (True, False)
    """
    return _STARTS.match(text) is not None


def _listed(line: str, keys: set[str]) -> list[str]:
    """Return the names of a line that is made of known ones."""
    if not line or not keys:
        return []
    if key_of(line) in keys:
        return [line]
    names = [name for part in BETWEEN.split(line) if (name := part.strip(_MARKS))]
    return names if len(names) > 1 and all(key_of(name) in keys for name in names) else []


def _names(line: str, keys: set[str]) -> list[str]:
    """Return the names of a line in which nothing else stands than people, outlets, a place, and who took pictures."""
    found: list[str] = []
    for number, part in enumerate(parts_of(DEGREES.sub("", line))):
        name = TITLES.sub("", AFTER.split(part, maxsplit=1)[0]).strip(_MARKS + "'\"“”:")
        if key_of(name) in keys or _is_person(name):
            found += [name] if name not in found else []
        elif not name or (number and (is_outlet(name) or _is_place(name) or OTHERS.search(name))):
            continue
        else:
            return []
    return found


def _is_person(name: str) -> bool:
    if is_outlet(name) or not is_person(name):
        return False
    has_case = any(letter.isupper() for letter in name)
    return has_case or len(name.split()) <= _MAX_WORDS


def _is_place(name: str) -> bool:
    town = _OF.sub("", name)  # Por João da Silva, de Lisboa
    return " " not in town and town[:1].isupper() and town.isalpha()
