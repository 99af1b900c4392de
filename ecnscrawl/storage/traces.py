"""Find what is known of articles that are to be forgotten: their exact copies, content hashes and addresses."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from ecnscrawl import safe_files
from ecnscrawl.frontier.base import State
from ecnscrawl.storage import jsonl
from ecnscrawl.storage.folder import ids_file, tombstones
from ecnscrawl.storage.jsonl import DamagedFile

#: The folders with lines of articles: `{"id": …}`, or `{"record": {"id": …}}` for rejected ones.
FOLDERS = ("articles", "rejected", "gone")
ENDINGS = (".jsonl", ".jsonl.gz")
_EXTENSION = re.compile(r"\.\w{1,5}$")  # the further pages of /a/1.html are /a/1-p2.html
_IN_ADDRESS = rb"[^\s\"'<>\\,;]"


class _Record(msgspec.Struct):
    id: str
    url: str = ""


class _Line(msgspec.Struct):
    id: str = ""
    url: str = ""
    record: _Record | None = None


_decoder = msgspec.json.Decoder(_Line)


@dataclass
class Traces:
    """What is known of the articles."""

    hashes: dict[str, set[str]] = field(default_factory=dict)  #: content hashes of all revisions, by id
    urls: set[str] = field(default_factory=set)
    unknown: set[str] = field(default_factory=set)  #: those of the named ids of which nothing is known
    already: set[str] = field(default_factory=set)  #: those that were forgotten before
    twins: set[str] = field(default_factory=set)  #: ids of other articles with a revision of the same content

    @property
    def ids(self) -> Set[str]:
        """The named ids, and those of their exact copies and other addresses."""
        return self.hashes.keys()

    def address_pattern(self) -> re.Pattern[bytes] | None:
        """Return a pattern for the addresses in any text, with whatever host, ending and query; None if none is known.

        >>> Traces(urls={"https://www.example.org/2013/06-21/69619.html"}).address_pattern().findall(
        ...     b'"http://example.org/2013/06-21/69619-p2.html?a=1", "https://www.example.org/2013/06-21/696190.html"'
        ... )
        [b'http://example.org/2013/06-21/69619-p2.html?a=1']
        """
        stems = [re.escape(stem.encode()) for stem in map(_stem, sorted(self.urls)) if len(stem) > 1]
        if not stems:
            return None
        stem = b"|".join(stems).replace(rb"\&", b"&(?:amp;)?")  # HTML has it escaped
        # It begins where an address may begin: from each of its letters, a picture in a page would take for ever.
        return re.compile(rb"(?<!%s)%s*?(?:%s)(?!\w)%s*" % (_IN_ADDRESS, _IN_ADDRESS, stem, _IN_ADDRESS))


def _stem(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}" if parts.query else _EXTENSION.sub("", parts.path)


def trace(state: State, folder: Path, named: Iterable[str]) -> Traces:
    """Return the traces of these ids in a site's folder and state. Raises OSError, CannotStart."""
    named = list(named)
    forgotten = {id_: set(each.content_hashes) for id_, each in tombstones.read(folder / "published").items()}
    traces = trace_state(state, [*named, *_own_ids(state, folder / "published", named)], forgotten)
    _trace_published(traces, folder / "published")
    if traces.unknown:
        _trace_lines(traces, folder)
    return traces


def trace_state(state: State, named: Iterable[str], forgotten: Mapping[str, Set[str]]) -> Traces:
    """Return what the state knows of these ids; `forgotten` has the content hashes of what was forgotten, by id."""
    traces = Traces()
    for id_ in named:
        stored = state.article(id_)
        original = (stored.alias_of if stored else None) or id_
        found = {id_, original, *(alias.id for alias in state.aliases(original))}
        traces.hashes |= {each: set(forgotten.get(each, ())) for each in found}
        if not (id_ in forgotten or stored or state.pending(id_)):
            traces.unknown.add(id_)
    traces.already = forgotten.keys() & traces.ids
    for id_ in list(traces.ids):
        if stored := state.article(id_):
            traces.urls.add(stored.url)
            traces.hashes[id_] |= {stored.content_hash.hex()} if stored.content_hash else set()
            traces.hashes |= {other.id: set() for other in state.other_addresses(stored.url)}
    traces.urls.update(pending.url for id_ in traces.ids if (pending := state.pending(id_)))
    return traces


def own_addresses(state: State, named: Iterable[str]) -> set[str]:
    """Return the addresses of the articles of which the named ones are only other addresses."""
    return {url for id_ in named if (pending := state.pending(id_)) and (url := pending.own_address)}


def _own_ids(state: State, published: Path, named: Sequence[str]) -> Iterator[str]:
    urls = own_addresses(state, named)
    for name in ids_file.names(published) if urls else ():
        yield from (record.id for record in ids_file.read(published, name)[0] if record.url in urls)


def _trace_published(traces: Traces, published: Path) -> None:
    """Learn from the files of `published/`."""
    names = ids_file.names(published)
    for name in names:
        for record in ids_file.read(published, name)[0]:
            if record.id in traces.hashes:
                traces.hashes[record.id].add(record.content_hash)
                traces.urls.add(record.url)
                traces.unknown.discard(record.id)
    hashes = {each for found in traces.hashes.values() for each in found}
    for name in names if hashes else ():
        found = (record.id for record in ids_file.read(published, name)[0] if record.content_hash in hashes)
        traces.twins.update(id_ for id_ in found if id_ not in traces.hashes)


def _trace_lines(traces: Traces, folder: Path) -> None:
    """Look for ids of which nothing else is known in all files of lines, whatever their names."""
    for kind in FOLDERS:
        for path in files_of_lines(folder / kind):
            try:
                with jsonl.reading(path) as lines:
                    found = [each for each in map(article_of_line, lines) if each and each.id in traces.unknown]
            except DamagedFile:
                continue  # who forgets is told of it
            traces.urls.update(each.url for each in found if each.url)
            traces.unknown.difference_update(each.id for each in found)


def files_of_lines(folder: Path) -> Iterator[Path]:
    """Yield the visible files of lines in a folder."""
    for name in safe_files.file_names(folder):
        if name.endswith(ENDINGS) and not name.startswith("."):
            yield folder / name


def article_of_line(line: bytes) -> _Record | None:
    """Return id and address of the article that a line is about; None for a line that cannot be read."""
    try:
        found = _decoder.decode(line)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None
    return found.record or _Record(found.id, found.url)
