"""Parse and check the `-a` arguments of a crawl, once, before anything else happens."""

import sys
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from textwrap import wrap

from ecnscrawl.exceptions import WrongUsage, suggestion
from ecnscrawl.frontier.scope import RENDER_MODES, Arguments, RenderMode
from ecnscrawl.normalize.timestamps import window_edge
from ecnscrawl.normalize.urls import ArticleRef
from ecnscrawl.sites.base import SiteProfile

#: Each argument: the form of its value, and what it means. `scrapy crawl -h` shows them.
MEANINGS = {
    "sections": ("NAME,NAME", "only these listings, without feed and front page; sections=? lists them"),
    "since": ("DATE", "published on this day or later, site time: 2026-11-01, 2026-11-01T08:00, 30d, 12h, today"),
    "until": ("DATE", "published on this day or earlier; the same forms"),
    "max_pages": ("N", "at most this many pages of each listing"),
    "urls": ("URL,URL", "these articles instead of the listings"),
    "urls_from": ("FILE", "the same, an address a line; - is standard input"),
    "full": ("1", "walk every listing to its end, instead of stopping where everything is known"),
    "recheck": ("due|all|none", "request known articles again: when due (default), all of the last 48 hours, or none"),
    "render": ("auto|always|off", "which pages are read through a browser (default: those that come empty)"),
}
MEANINGS_OF_NEWS = {
    "site": ("HOST", "of the spider `news` only: the site"),
    "url": ("URL", "of `news` only: a page of the site, to start from"),
}
KNOWN = tuple(MEANINGS)
KNOWN_OF_NEWS = (*MEANINGS_OF_NEWS, *KNOWN)  #: of the spider for any site, which reads the first two itself
#: Accepted, ignored, and not listed: Scrapyd gives every crawl the id of its job.
IGNORED = frozenset({"_job"})


def parse(site: SiteProfile, given: Mapping[str, str], *, now: datetime) -> Arguments:
    """Parse the arguments of `-a`. Raises WrongUsage with a one-line message.

    `now` (aware) is the start of relative dates.
    """
    known = KNOWN if site.discovery is None else KNOWN_OF_NEWS
    for name in given:
        if name not in known and name not in IGNORED:
            raise WrongUsage(
                f"{site.name}: unknown argument {name!r}{suggestion(name, known)}; known are {', '.join(known)}"
            )
    since, until = window(site, given, now=now)
    urls = _urls(site, given)
    if urls is not None and (unused := [name for name in ("sections", "max_pages", "full") if name in given]):
        raise WrongUsage(
            f"{site.name}: {unused[0]} is about listings, and with urls none is read; leave one of them out"
        )
    return Arguments(
        sections=_sections(site, given),
        since=since,
        until=until,
        max_pages=_max_pages(site, given),
        urls=urls,
        full=_choice(site, given, "full", ("0", "1")) == "1",
        recheck=_choice(site, given, "recheck", ("due", "all", "none")),  # type: ignore[arg-type]
        render=RenderMode(_choice(site, given, "render", RENDER_MODES)) if "render" in given else None,
    )


def window(
    site: SiteProfile, given: Mapping[str, str], *, now: datetime, are_options: bool = False
) -> tuple[datetime | None, datetime | None]:
    """Return the times that `since` and `until` mean; None for one that is not given.

    `are_options`: messages name them `--since` and `--until`. Raises WrongUsage.
    """
    since, until = (_edge(site, given, name, now, are_options=are_options) for name in ("since", "until"))
    if since and until and until < since:
        last, first = (_written(given, name, are_options=are_options) for name in ("until", "since"))
        raise WrongUsage(f"{site.name}: {last} is before {first}")
    return since, until


def arguments_help() -> str:
    """Return a list of the arguments for the help of a crawl, laid out as the options above it."""
    lines = ["Arguments of a crawl (-a NAME=VALUE)", "------------------------------------"]
    for name, (form, meaning) in (MEANINGS | MEANINGS_OF_NEWS).items():
        lines.append(f"  {name}={form}")
        lines += wrap(meaning, width=78, initial_indent=" " * 24, subsequent_indent=" " * 24)
    return "\n".join(lines) + "\n"


def argument_warnings(site: SiteProfile, arguments: Arguments, now: datetime) -> list[str]:
    """Return warnings about arguments that are probably typos: a `since` in the future, in every time zone.

    It is not refused, because the machine's clock may be wrong instead.
    """
    if arguments.since is None or arguments.since <= now + timedelta(days=1):
        return []
    day = arguments.since.astimezone(site.zone).date()
    return [f"{site.name}: since={day} is in the future, so no article can match; is it a typo?"]


def _written(given: Mapping[str, str], name: str, *, are_options: bool) -> str:
    return f"{'--' if are_options else ''}{name}={given[name]!r}"


def _edge(
    site: SiteProfile, given: Mapping[str, str], name: str, now: datetime, *, are_options: bool
) -> datetime | None:
    text = given.get(name)
    if text is None:
        return None
    try:
        return window_edge(text.strip(), site.zone, now=now, end=name == "until")
    except (ValueError, OverflowError):
        whose = "" if are_options else f"{site.name}: "  # an option is not of one site
        raise WrongUsage(
            f"{whose}{_written(given, name, are_options=are_options)} is not a date;"
            " write YYYY-MM-DD, YYYY-MM-DDTHH:MM in the site's time,"
            " 30d, 12h, yesterday or today"
        ) from None


def _max_pages(site: SiteProfile, given: Mapping[str, str]) -> int | None:
    text = given.get("max_pages")
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 10 and int(text) > 0):
        raise WrongUsage(f"{site.name}: max_pages={text!r} is not a number of pages; write 1 or more")
    return int(text)


def _choice(site: SiteProfile, given: Mapping[str, str], name: str, choices: tuple[str, ...]) -> str:
    value = given.get(name, choices[0])
    if value not in choices:
        raise WrongUsage(f"{site.name}: {name}={value!r}{suggestion(value, choices)}; write {' or '.join(choices)}")
    return value


def _sections(site: SiteProfile, given: Mapping[str, str]) -> tuple[str, ...] | None:
    text = given.get("sections")
    if text is None:
        return None
    known = {section.lower(): section for section in site.sections}
    names = [name.strip().strip("/").strip() for name in text.split(",") if name.strip(" /")]
    if not names:
        raise WrongUsage(f"{site.name}: sections={text!r} names no section; known are {', '.join(site.sections)}")
    if not known:
        raise WrongUsage(f"{site.name}: no section is known yet; a crawl without sections finds them")
    for name in names:
        if name.lower() not in known:
            raise WrongUsage(
                f"{site.name}: unknown section {name!r}{suggestion(name.lower(), known)}; known are"
                f" {', '.join(site.sections)}; -a sections='?' lists them"
            )
    return tuple(dict.fromkeys(known[name.lower()] for name in names))


def _urls(site: SiteProfile, given: Mapping[str, str]) -> tuple[ArticleRef, ...] | None:
    if "urls" not in given and "urls_from" not in given:
        return None
    named = [("urls", text.strip()) for text in given.get("urls", "").split(",") if text.strip()]
    if "urls" in given and not named:
        raise WrongUsage(f"{site.name}: urls={given['urls']!r} names no address")
    if "urls_from" in given:
        named += _lines(site, given["urls_from"])
    found: dict[str, ArticleRef] = {}
    for where, text in named:
        address = site.article_ref(text if "://" in text else f"https://{text.removeprefix('//')}")
        if address is None:
            raise WrongUsage(f"{site.name}: {where}: {text[:200]!r} is not the address of an article of this site")
        found.setdefault(address.id, address)
    return tuple(found.values())


def _lines(site: SiteProfile, name: str) -> list[tuple[str, str]]:
    """Return the addresses in a file or in standard input, each with the name of the file and its line number."""
    if not name:
        raise WrongUsage(f"{site.name}: urls_from names no file; write a path, or - for standard input")
    try:
        text = sys.stdin.read() if name == "-" else Path(name).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise WrongUsage(f"{site.name}: urls_from={name!r} cannot be read: {reason}") from None
    numbered = ((f"urls_from {name}, line {number}", line.strip()) for number, line in enumerate(text.splitlines(), 1))
    return [(where, line) for where, line in numbered if line and not line.startswith("#")]
