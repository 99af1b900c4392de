"""Find who wrote an article: by what the page states for programs, and by the byline that it shows. Names alone."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ecnscrawl.normalize.text import clean
from ecnscrawl.pages.document import Document, selector
from ecnscrawl.pages.generic.byline_words import BARE, BEFORE, OTHERS, STARTS
from ecnscrawl.pages.generic.bylines import bylines, is_marked, is_outlet, is_person, names_in, names_with_role
from ecnscrawl.pages.generic.json_ld import MAX_SCRIPTS, LinkedData, as_list, kinds
from ecnscrawl.pages.generic.surroundings import NearText, all_texts
from ecnscrawl.pages.generic.titles import key_of

_METAS = (
    "author", "article:author", "article:author_name", "og:author", "parsely-author", "sailthru.author", "dc.creator",
    "dcterms.creator", "byl", "cxenseparse:author", "citation_author", "rbauthors", "authors", "book:author", "creator",
    "twitter:data1", "twitter:data2",
)  # fmt: skip
_DATA = "twitter:data"  #: names an author if its label says so
_CITED = selector("//meta[@name='citation_author'][@content]")
# Objects in scripts: "author":"Ana Ruiz" | "authors":[{"id":7,"name":"Ana Ruiz"}]
_SCRIPTED = re.compile(
    r"""\\?["'](?:author|authors|authorName|author_name|byline|articleAuthor|contentAuthor|page_author)\\?["']"""
    r"""\s{0,9}:\s{0,9}(?:\[\s{0,9})?(?:\{[^{}]{0,200}?\\?["']name\\?["']\s{0,9}:\s{0,9})?"""
    r"""\\?["']([^"'\\{}<>]{3,80})\\?["']"""
)
_MAX_NAMES = 20
_ROLE_BEFORE = 40  #: characters before a name in which another role than the author's stands


@dataclass(frozen=True, slots=True)
class Authors:
    """Names, and where they were found: `json-ld`, `og`, `meta`, `byline`, `script`."""

    names: tuple[str, ...]
    origin: str


def find_authors(
    page: Document, linked: LinkedData, near: Sequence[NearText], outlets: Sequence[str]
) -> Authors | None:
    """Return who wrote the article, or None if the page names nobody.

    What the page states for programs counts, unless its byline names more people, or the page states only a user name
    or an outlet. Names that the page shows with another role than the author's are left out.
    """
    stated = next(_stated(page, linked, outlets), None)
    shown = next((_people(names, "byline") for names in bylines(near, outlets)), None)
    if stated is None or shown is None:
        near_headline = shown or _beside_role(near) or _pictured(page, near)
        return stated or near_headline or _far_byline(page, outlets) or _scripted(page, outlets)
    one, other = _keys(stated.names), _keys(shown.names)
    if one < other or not any(is_person(name) and not is_outlet(name) for name in stated.names):
        return shown
    if other < one:
        return Authors(_without_others(stated.names, other, near), stated.origin)
    return stated


def _stated(page: Document, linked: LinkedData, outlets: Sequence[str]) -> Iterator[Authors]:
    """Yield the authors that the page states for programs, the most reliable first."""
    for key in ("author", "creator"):
        names: list[str] = []
        for each in as_list(linked.article.get(key))[:_MAX_NAMES]:
            node = linked.resolve(each)
            for text in linked.names(each):
                is_human = isinstance(node, dict) and "Person" in kinds(node) and is_person(text)
                # The site of a person may have the person's name.
                names += names_in(text, () if is_human and not is_outlet(text) else outlets)
        if names:
            yield _people(names, "json-ld")
    for name in _METAS:
        text = page.metas.get(name, "")
        if name == "citation_author":  # one element for each author: Weber, Jonas
            cited = (each.get("content", "").split(",", 1) for each in page.all(_CITED)[:_MAX_NAMES])
            text = "; ".join(" ".join(reversed(parts)) for parts in cited)
        elif name.startswith(_DATA) and not BEFORE.match(page.metas.get(name.replace("data", "label"), "") + " "):
            continue
        if text and "://" not in text and (found := names_in(text, outlets)):
            yield _people(found, "og" if ":" in name else "meta")


def _people(names: Iterable[str], origin: str) -> Authors:
    """Return the names without those of outlets, unless there are no others."""
    unique = list(dict.fromkeys(names))
    return Authors(tuple([name for name in unique if not is_outlet(name)] or unique), origin)


def _keys(names: Iterable[str]) -> set[str]:
    return {key_of(name) for name in names}


def _without_others(stated: Sequence[str], shown: set[str], near: Sequence[NearText]) -> tuple[str, ...]:
    """Return the stated names without those that the page shows with another role: photographs, review."""
    texts = "\n".join(each.text for each in near).casefold()
    places = {name: texts.find(name.casefold()) for name in stated}
    return tuple(
        name
        for name, at in places.items()
        if key_of(name) in shown or at < 0 or not OTHERS.search(texts[max(0, at - _ROLE_BEFORE) : at])
    )


def _beside_role(near: Sequence[NearText]) -> Authors | None:
    """Return the names of a text near the headline that is a byline as a whole: `김민수 기자`."""
    names = next((names for each in near if (names := names_with_role(each.text))), None)
    return _people(names, "byline") if names else None


def _pictured(page: Document, near: Sequence[NearText]) -> Authors | None:
    """Return the person whose name stands alone beside the headline, and whose portrait the page shows."""
    title = key_of(page.title or "")
    named = [each for each in near if -3 <= each.distance <= 6 and each.element.tag not in ("h1", "h2", "figcaption")]
    candidates = {key: each.text for each in named if is_person(each.text) and " " in (key := key_of(each.text))}
    if candidates:
        portraits = [key_of(text[:100]) for image in page.root.iter("img") if (text := image.get("alt"))]
        for key, name in candidates.items():
            if key not in title and any(text.startswith(key) or text.endswith(key) for text in portraits):
                return Authors((clean(name),), "byline")
    return None


def _far_byline(page: Document, outlets: Sequence[str]) -> Authors | None:
    """Return the names of a byline far from the headline, if the page has no other."""
    texts = all_texts(page.root)
    kept = [
        each
        for number, each in enumerate(texts)
        if STARTS.match(each.text)
        or is_marked(each.element)
        or key_of(each.text) in BARE
        or (number and key_of(texts[number - 1].text) in BARE)
    ]
    found = {tuple(names) for names in bylines(kept, outlets)}
    return _people(found.pop(), "byline") if len(found) == 1 else None


def _scripted(page: Document, outlets: Sequence[str]) -> Authors | None:
    """Return the authors in the data of a page's scripts."""
    for match in _SCRIPTED.finditer(page.markup, 0, MAX_SCRIPTS):
        if "://" not in match[1] and (names := names_in(match[1], outlets)):
            return _people(names, "script")
    return None
