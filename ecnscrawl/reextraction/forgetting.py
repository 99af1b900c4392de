"""Remove the pages of forgotten articles from a site's archive, and name the other pages that have their addresses."""

from datetime import UTC, datetime
from pathlib import Path

from ecnscrawl import safe_files
from ecnscrawl.normalize.text import counted
from ecnscrawl.reextraction.http import Unreadable, message_of
from ecnscrawl.storage.archive.exchange import PART
from ecnscrawl.storage.archive.members import Member, remove_members
from ecnscrawl.storage.archive.reader import ArchivedResponse
from ecnscrawl.storage.archive.writer import ENDING
from ecnscrawl.storage.forgetting import Forgotten
from ecnscrawl.storage.jsonl import DamagedFile
from ecnscrawl.storage.line_removal import remove_hidden_copies
from ecnscrawl.storage.traces import Traces

_PART = PART.lower()  # of a further page, which may have been redirected to an address that does not name the article
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


def clean_archive(folder: Path, traces: Traces, done: Forgotten) -> None:
    """Remove all records of the articles' addresses from the files of a folder.

    Listings, feeds and pages of other articles that name one of the addresses stay: other records were made of them.
    They are named as not reached. Raises OSError.
    """
    names = [name for name in safe_files.file_names(folder) if name.endswith(ENDING) and not name.startswith(".")]
    pattern = traces.address_pattern()
    if not names or pattern is None:
        return
    remove_hidden_copies(folder)
    files = records = 0
    for name in names:
        path = folder / name
        has_other_name = path.lstat().st_nlink > 1
        naming: set[str] = set()

        def is_removed(member: Member, naming: set[str] = naming) -> bool:
            if any(pattern.search(each.encode()) for each in (member.url, member.headers.get(_PART, ""))):
                return True
            if pattern.search(_text(member)):
                naming.add(member.url)
            return False

        try:
            removed = remove_members(path, is_removed)
        except DamagedFile as error:
            done.unreached.append(str(error))
            continue
        files, records = files + bool(removed), records + removed
        if removed and has_other_name:
            done.unreached.append(f"{path} had another name too (a hard link), and the file of that name is unchanged")
        if naming:
            pages = counted(len(naming), "page")
            verb = "names" if len(naming) == 1 else "name"
            done.unreached.append(
                f"{path} has {pages} of other addresses that {verb} the article, such as {min(naming)};"
                " remove the file if they have to go"
            )
    if records:
        done.removed.append(f"{folder.name}/: {counted(records, 'record')} removed from {counted(files, 'file')}")


def _text(member: Member) -> bytes:
    """Return what a record says: headers and body, decompressed if it can be."""
    if member.headers.get("warc-type") != "response":
        return member.block
    response = ArchivedResponse(url=member.url, at=_NEVER, file="", number=0, place="", block=member.block)
    try:
        return member.block[: member.block.find(b"\r\n\r\n")] + message_of(response).body
    except Unreadable:
        return member.block
