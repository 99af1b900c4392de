"""Publish the archive file that a killed run left, up to the pages whose records are known."""

import os
import zlib
from pathlib import Path
from typing import IO

from ecnscrawl import safe_files
from ecnscrawl.storage import jsonl
from ecnscrawl.storage.archive.writer import ENDING
from ecnscrawl.storage.run_ids import run_ids_of

_PIECE = 256 * 1024
_GZIP = 31


def left_over(folder: Path) -> list[str]:
    """Return the names of archive files that a killed run left unpublished, oldest first. No link is followed."""
    return [
        f"{run_id}{ENDING}" for run_id in run_ids_of(safe_files.file_names(folder), f"{ENDING}.part", is_hidden=True)
    ]


def settle(folder: Path, name: str, committed: int | None) -> bool:
    """Cut a file that a killed run left, and publish it. Return False for a file without a record, which is removed.

    `committed` is its size at the last commit. A page after that has no record: it will be fetched and archived again.
    With None all whole pages stay. Raises OSError.
    """
    part = jsonl.part_of(folder, name)
    size = whole_size(part) if committed is None else min(committed, part.lstat().st_size)
    if not size:
        safe_files.remove_file(part)
        return False
    jsonl.truncate(part, size)
    jsonl.publish(folder, name)
    return True


def whole_size(path: Path) -> int:
    """Return where the last whole gzip member ends, in bytes."""
    with os.fdopen(safe_files.open_file(path, os.O_RDONLY), "rb") as file:
        return end_of_members(file)


def end_of_members(file: IO[bytes], *, most: int | None = None) -> int:
    """Return where the last whole gzip member ends, in bytes. Reads on from where a member begins.

    `most` is how many members are read at most; without it, all are.
    """
    whole = 0
    end = at = file.tell()
    piece = file.read(_PIECE)
    stream = zlib.decompressobj(_GZIP)
    while piece:
        try:
            stream.decompress(piece, _PIECE)
        except zlib.error:
            return end
        if stream.eof:
            end = at + len(piece) - len(stream.unused_data)
            whole += 1
            if whole == most:
                return end
            at, piece = end, stream.unused_data or file.read(_PIECE)
            stream = zlib.decompressobj(_GZIP)
        else:
            at += len(piece) - len(stream.unconsumed_tail)
            piece = stream.unconsumed_tail or file.read(_PIECE)
    return end
