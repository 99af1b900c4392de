"""`published/forgotten.jsonl`: the articles that must never be stored again, without their texts and addresses.

It stands in `published/` because a lost state is rebuilt from there.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path

import msgspec

from ecnscrawl import safe_files
from ecnscrawl.exceptions import CannotStart
from ecnscrawl.frontier.base import State
from ecnscrawl.hints import program

NAME = "forgotten.jsonl"


class Tombstone(msgspec.Struct, frozen=True):
    """A line of the file."""

    id: str
    forgotten_at: datetime  #: UTC
    content_hashes: tuple[str, ...] = ()  #: of its revisions, so that an exact copy is not stored either


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(Tombstone)


def read(published: Path) -> dict[str, Tombstone]:
    """Return the tombstones of a site by id. Raises OSError, and CannotStart for a damaged file.

    What a damaged file has forgotten would be stored again, so no run may go on without it.
    """
    if NAME not in safe_files.file_names(published):
        return {}
    found = {}
    for number, line in enumerate(safe_files.read_file(published / NAME).splitlines(), 1):
        try:
            tombstone = _decoder.decode(line)
            _ = [bytes.fromhex(each) for each in tombstone.content_hashes]
        except (msgspec.MsgspecError, ValueError) as error:
            raise CannotStart(
                f"{published / NAME}, line {number}: {error}; this file says which articles must not be stored again:"
                " put a whole copy in its place"
            ) from None
        found[tombstone.id] = tombstone
    return found


def add(published: Path, ids: Mapping[str, Iterable[str]], at: datetime) -> None:
    """Add articles, each with its content hashes, to those that are there. It is on the disk when this returns."""
    there = read(published)
    for id_, hashes in sorted(ids.items()):
        before = there.get(id_)
        known = before.content_hashes if before else ()
        there[id_] = Tombstone(
            id_, before.forgotten_at if before else at.replace(microsecond=0), tuple(sorted({*known, *hashes}))
        )
    safe_files.write_whole(published / NAME, b"".join(_encoder.encode(each) + b"\n" for each in there.values()))
    safe_files.sync_folder(published)


def apply(state: State, folder: Path) -> list[str]:
    """Have the state forget all that has a tombstone; return warnings. `folder` is the site's.

    The state may be rebuilt, or from a backup that is older than the tombstone. Raises OSError, CannotStart.
    """
    published = folder / "published"
    back = []
    for id_, tombstone in read(published).items():
        if state.article(id_) is not None:
            back.append(id_)
        if id_ in back or not state.is_forgotten(id_):
            state.forget(id_, map(bytes.fromhex, tombstone.content_hashes))
    if not back:
        return []
    command = f"{program()} state forget {' '.join(back)}"
    return [f"{folder} has articles again that must be forgotten, as from a backup; run `{command}` once more"]
