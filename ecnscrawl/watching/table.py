"""Read the table of `scrapy watch`: which sites are crawled, how often, and with which arguments and settings.

```toml
[defaults]
every = "1h"

[[site]]
spider = "news"
site = "example.org"
every = "30m"
arguments = { since = "30d" }
settings = { DOWNLOAD_DELAY = 2.0 }
```
"""

import re
import tomllib
from datetime import datetime
from pathlib import Path
from typing import Any

from scrapy.settings import BaseSettings
from scrapy.spiderloader import SpiderLoaderProtocol

from ecnscrawl.exceptions import WrongUsage, suggestion
from ecnscrawl.watching.entries import EntryReader
from ecnscrawl.watching.faults import Fault, Faults, FaultyTable
from ecnscrawl.watching.shared_hosts import shared
from ecnscrawl.watching.site_entry import SiteEntry
from ecnscrawl.watching.toml_lines import lines_of

_MAX_SIZE = 10_000_000  #: bytes: ten times the size of a table of 10,000 sites
_PLACE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")
_TABLES = ("defaults", "site")
_ONE_LINE = "write { … } on one line and without a comma at its end, or its keys below a table such as [site.settings]"
#: What `tomllib` says of the most usual mistakes, and the way out.
_WAYS_OUT = {
    "Illegal character '\\n'": "a text ends on its line; write the quote that is missing at its end",
    "Unterminated string": "write the quotes that are missing at the end of a text",
    'Expected "\'"': "write the quote that is missing at the end of a text",
    "Found invalid character '\\n'": "a text ends on its line; write the quote that is missing at its end",
    "Unclosed inline table": _ONE_LINE,
    "Invalid initial character for a key part": _ONE_LINE,
    "Expected ']": "write each site as [[site]], and [defaults], in whole brackets",
    "Expected newline or end of document": 'write texts in quotes, such as every = "1h"',
    "Invalid value": 'write texts in quotes, such as site = "example.org"',
    "Cannot overwrite a value": "a key stands twice in its table; leave one of them out",
    "Cannot declare": "a table stands twice; write each site as [[site]], and [defaults] once",
    "Cannot mutate": "a table stands twice; leave one of them out",
    "Expected '=' after a key": 'write key = "value"',
}


def read_table(path: Path, loader: SpiderLoaderProtocol, settings: BaseSettings, *, now: datetime) -> list[SiteEntry]:
    """Read and check a table of sites.

    `settings` are those of the command, already checked: the data folder is theirs. `now` (aware) is the start of
    relative dates. Raises FaultyTable with all faults, and CannotStart if the data folder is a file.
    """
    text = _text(path)
    document, lines = _parse(path, text)
    faults = Faults()
    for key in document:
        if key not in _TABLES:
            faults.add(
                lines[(key,)], f"unknown key {key!r}{suggestion(key, _TABLES)}; known are [defaults] and [[site]]"
            )
    reader = EntryReader(lines, faults, loader, settings, now)
    defaults, sites = document.get("defaults", {}), document.get("site", [])
    if isinstance(defaults, dict):
        reader.use_defaults(defaults)
    else:
        faults.add(lines[("defaults",)], "defaults is not a table; write [defaults]")
    entries = []
    if not isinstance(sites, list) or not all(isinstance(each, dict) for each in sites):
        faults.add(lines[("site",)], "site is not a list of tables; write [[site]] before each site")
    else:
        entries = [entry for number, each in enumerate(sites) if (entry := reader.read(number, each))]
        if not sites:
            faults.add(1, "there is no site in it; write [[site]], and below it spider and site")
    for later, first, domain in shared([hosts.domains for hosts in reader.hosts]):
        one, other = reader.hosts[later], reader.hosts[first]
        faults.add(
            one.line,
            f"{one.name} and {other.name} (line {other.line}) would both request hosts of {domain}, and the pace is"
            " kept by host; leave one of them out",
        )
    if faults.found:
        raise FaultyTable(str(path), faults.found)
    return entries


def _text(path: Path) -> str:
    """Return the text of a table, with line ends as TOML counts them. Raises WrongUsage and FaultyTable."""
    try:
        with path.open("rb") as file:
            content = file.read(_MAX_SIZE + 1)
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        raise WrongUsage(
            f"the table of sites {str(path)!r} cannot be read ({why}); name a file such as SITES.toml"
        ) from None
    if len(content) > _MAX_SIZE:
        raise WrongUsage(f"the table of sites {str(path)!r} has more than {_MAX_SIZE:,} bytes; name another file")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise FaultyTable(str(path), [Fault(line, "the text is not UTF-8; save the file as UTF-8")]) from None
    return text.replace("\r\n", "\n")


def _parse(path: Path, text: str) -> tuple[dict[str, Any], Any]:
    """Return the document, and the line of each key. Raises FaultyTable."""
    try:
        return tomllib.loads(text), lines_of(text)
    except RecursionError:
        raise FaultyTable(
            str(path), [Fault(1, "lists or tables are nested too deeply; write each site as [[site]]")]
        ) from None
    except ValueError as error:  # of TOML, or of Python for a number with thousands of digits
        raise FaultyTable(str(path), [_syntax_fault(text, str(error))]) from None


def _syntax_fault(text: str, message: str) -> Fault:
    place = _PLACE.search(message)
    what = message[: place.start()] if place else message
    line = int(place[1]) if place and place[1] else text.rstrip("\n").count("\n") + 1
    column = f", column {place[2]}" if place and place[2] else ""
    way_out = next((way for start, way in _WAYS_OUT.items() if what.startswith(start)), "see https://toml.io")
    return Fault(line, f"this is not TOML ({what[:1].lower()}{what[1:]}{column}); {way_out}")
