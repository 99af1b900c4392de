"""Read the names of a byline, and find the bylines that a page shows."""

import html
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice

from lxml.html import HtmlElement

from ecnscrawl.normalize.text import clean
from ecnscrawl.pages.generic.byline_words import (
    AFTER,
    ATTACHED_AND,
    BARE,
    BEFORE,
    BETWEEN,
    DEGREES,
    DESK,
    FORMS,
    INSIDE,
    JOINS,
    NEVER,
    OTHER_ROLE,
    OTHERS,
    OUTLET,
    PARTICLES,
    ROLE,
    STARTS,
    TITLES,
)
from ecnscrawl.pages.generic.surroundings import NearText
from ecnscrawl.pages.generic.titles import NO_VALUE, key_of

_MAX_BYLINE, _MAX_NAMES, _MAX_TEXTS = 500, 20, 16  #: characters; names and texts of a byline
_MAX_LETTERS, _MAX_WORDS = 60, 6  #: of a name
_FIRST, _LAST = -8, 22  #: texts from the headline: a byline further away is that of another article
_LEVELS = 5  #: elements around a text in which a byline's mark is looked for
_AFTER_BARE = 6  #: texts
_EMAIL_OR_ADDRESS = re.compile(r"\S+@\S+\.\S+|https?://\S*|www\.\S+|(?<!\w)@\w+")
_DEGREE = re.compile(r"[A-Z][A-Z.]{0,5}(?:[-/][A-Z]{2,5})*|[A-Z][a-z]{1,3}\.?[A-Z]\.?")  # LD, NSCA-CPT, PhD
_ACCOUNT = re.compile(r"admin|wordpress|webmaster", re.IGNORECASE)  # of the site: jdadmin
_NICKNAME = re.compile(r" \([^()]{1,20}\) (?=[^\W\d_])")  # Ana (Annie) Ruiz
_DAY_BEFORE = re.compile(r"\A[^|·•]{0,40}\d{4}[^|·•]{0,20}[|·•]\s*")  # Aug. 3, 2026 · Ana Ruiz
_BRACKETED = re.compile(r"\A\s*[【（]([^【】（）]+)[】）]\s*\Z")
_IN_LINE = re.compile(r"\s*[|·•]\s*")
_LINE_FIRST, _LINE_LAST, _MAX_LINE = 1, 3, 120  #: texts after the headline, characters
_TEAM = re.compile(r"\b(?:team|editors)\b", re.IGNORECASE)  # a team may have a name of its own
_FORMS = tuple(re.compile(pattern) for pattern, _ in FORMS)
_BETWEEN_FORMS = re.compile(r"\s*[、・·,]\s*")
_MARKS = ("class", "rel", "itemprop", "data-testid", "id")
_BYLINE = re.compile(
    r"byline|(?<![a-z])authors?(?![a-z])|author[-_]?(?:name|link|s)|(?<![a-z])writers?(?![a-z])"
    r"|(?<![a-z])(?:autor|autore|auteur|verfasser|kolumnist|reporter|contributor)",
    re.IGNORECASE,
)
_AUTHOR_NAME = re.compile(r"authors?[-_]*(?:name|link|info|text|wrapper)?(?![a-z])|byline", re.IGNORECASE)
#: Paths of the pages of authors: /author/ana-ruiz, /autoren/jonas-weber
AUTHOR_PATH = re.compile(
    r"/(?:authors?|by|people|staff|profile|contributors?|journalists?|writers?|reporters?|autor(?:en|es|i)?|auteurs?"
    r"|person|columnists?)/[^/?#]",
    re.IGNORECASE,
)


def names_in(text: str, outlets: Iterable[str] = ()) -> list[str]:
    """Return the names of a byline.

    `outlets` are the names of the site, which is no author of its own articles.

    >>> names_in("By Ana Ruiz and Jonas Weber, Harbour Post", ["Harbour Post"])
    ['Ana Ruiz', 'Jonas Weber']
    """
    text = clean(_EMAIL_OR_ADDRESS.sub(" ", clean(html.unescape(text[:_MAX_BYLINE]))))
    for _ in range(2):  # Author: By …
        text = BEFORE.sub("", text)
    text = _NICKNAME.sub(" ", DEGREES.sub("", _DAY_BEFORE.sub("", text)))
    squeezed = {key_of(outlet).replace(" ", "") for outlet in outlets}
    found: list[str] = []
    is_other = False  # what follows `Photos: Mara Lind` are names of photographers, up to the next `Text:`
    for part in parts_of(_BRACKETED.sub(r"\1", text)):
        is_other = OTHER_ROLE.match(part) is not None or (is_other and not BEFORE.match(part))
        if is_other:
            continue
        name = DESK.sub("", TITLES.sub("", AFTER.split(BEFORE.sub("", part), maxsplit=1)[0])).strip(" .,;:|-–—•·'\"“”*")
        if is_name(name) and key_of(name).replace(" ", "") not in squeezed and name not in found:
            found.append(name)
    return [name for name in found if name is found[0] or not _DEGREE.fullmatch(name)][:_MAX_NAMES]


def parts_of(text: str) -> Iterator[str]:
    """Yield what stands between the commas and the words for `and` of a byline."""
    for part in BETWEEN.split(text):
        yield from match.groups() if (match := ATTACHED_AND.match(part)) else (part,)


def names_with_role(text: str) -> list[str]:
    """Return the names of a text that is a byline as a whole, in languages that write the role beside the name.

    >>> names_with_role("김민수 기자"), names_with_role("記者会見で船長が説明した。")
    (['김민수'], [])
    """
    for form in _FORMS:
        if match := form.fullmatch(text):
            return [clean(name) for name in _BETWEEN_FORMS.split(match["names"])]
    return []


def is_name(text: str) -> bool:
    """Return whether a text can be the name of an author: short, without digits, and more than a role."""
    words = text.split()
    if not 2 <= len(text) <= _MAX_LETTERS or len(words) > _MAX_WORDS or text.lower() in NO_VALUE:
        return False
    if any(letter.isdigit() for letter in text) or not any(letter.isalpha() for letter in text):
        return False
    if len(words) == 1 and _ACCOUNT.search(text):
        return False
    return not (NEVER.search(text) or key_of(text) in BARE or all(ROLE.fullmatch(word) for word in words))


def is_person(text: str) -> bool:
    """Return whether a name can be that of a person: several words with capitals, or of a script without these.

    >>> is_person("Ana de la Cruz"), is_person("Read more"), is_person("李明")
    (True, False, True)
    """
    words = [word for word in text.split() if word.casefold() not in PARTICLES]
    if not words or not is_name(text) or ":" in text:
        return False
    if any(ROLE.fullmatch(word) for word in words):
        return _TEAM.search(text) is not None
    if any(letter.isupper() or letter.islower() for letter in text):
        return len(words) > 1 and all(word[0].isupper() or word[0] in "'’\"“(" for word in words)
    return True


def is_outlet(name: str) -> bool:
    """Return whether a name is rather that of an outlet or an agency than of a person."""
    return OUTLET.search(name) is not None


def bylines(near: Sequence[NearText], outlets: Iterable[str]) -> Iterator[list[str]]:
    """Yield the names of each byline near the headline, those after it first.

    A byline is in an element that is named after it, or begins with a word such as `By`.
    """
    groups: list[list[NearText]] = []
    last: HtmlElement | None = None
    for number, each in enumerate(near):
        mark = _byline_around(each.element)
        if mark is None and (inside := INSIDE.search(each.text)):
            groups.append([replace(each, text=each.text[inside.start() :])])
            continue
        if mark is not None and mark is last:
            groups[-1].append(each)
        elif mark is not None or STARTS.match(each.text) or _is_line(each):
            groups.append([each])
        elif key_of(each.text) in BARE:
            groups.append(list(near[number : number + _AFTER_BARE]))
        last = mark
    groups = [group for group in groups if _FIRST <= group[0].distance <= _LAST]
    for group in sorted(groups, key=lambda group: (group[0].distance < 0, abs(group[0].distance))):
        if names := _names_of(group, outlets):
            yield names


def _is_line(near: NearText) -> bool:
    """Return whether a text below the headline has a name, a role and a day: Ana Ruiz | Senior Writer | 3 August."""
    if not _LINE_FIRST <= near.distance <= _LINE_LAST or len(near.text) > _MAX_LINE:
        return False
    first, *others = _IN_LINE.split(near.text)
    return is_person(first) and any(NEVER.search(each) or any(map(str.isdigit, each)) for each in others)


def is_marked(element: HtmlElement) -> bool:
    """Return whether a text stands in a link to its author, or in an element that is named after one."""
    parent = element.getparent()
    for each in (element, parent) if parent is not None else (element,):
        if "author" in f"{each.get('rel')} {each.get('itemprop')}" or _AUTHOR_NAME.search(each.get("class") or ""):
            return True
    return False


def _names_of(texts: Sequence[NearText], outlets: Iterable[str]) -> list[str]:
    """Return the names in the texts of a byline: the first, and those after a comma or an `and`, or marked like it."""
    found: list[str] = []
    first: tuple[str, str | None, str] | None = None  # tag, class and folder of the first name's element
    is_next = True
    for each in texts[:_MAX_TEXTS]:
        text, kind = each.text, (each.element.tag, each.element.get("class"), _folder(each.element))
        is_linked = _links_to_author(each.element)
        if OTHERS.search(text) and (found or not is_linked):
            break
        if is_next or is_linked or JOINS.match(text) or (kind == first and is_person(text)):
            is_certain = is_linked and is_marked(each.element)  # so a name of one word, or a user name, is one too
            names = [name for name in names_in(JOINS.sub("", text), outlets) if is_certain or is_person(name)]
            found += [name for name in names if name not in found]
            first = first or (kind if names else None)
            is_next = (is_next and not names) or bool(JOINS.fullmatch(text) or text.endswith((",", " and", "&")))
    return found


def _folder(element: HtmlElement) -> str:
    """Return the folder that a link leads to: links to authors and those to topics differ in it."""
    return (element.get("href") or "").rstrip("/").rpartition("/")[0]


def _byline_around(element: HtmlElement) -> HtmlElement | None:
    """Return the outermost of the elements around a text that is marked as a byline."""
    found = None
    for each in (element, *islice(element.iterancestors(), _LEVELS - 1)):
        if each.tag in ("body", "article", "main", "header"):
            break
        if _links_to_author(each) or _BYLINE.search(" ".join(each.get(name) or "" for name in _MARKS)):
            found = each
    return found


def _links_to_author(element: HtmlElement) -> bool:
    if element.tag != "a":
        return False
    return "author" in (element.get("rel") or "") or bool(AUTHOR_PATH.search(element.get("href") or ""))
