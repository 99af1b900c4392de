"""Index the files of a site in the state: after a kill, after a backup was restored, and for a rebuilt state."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from ecnscrawl import safe_files
from ecnscrawl.frontier.base import FileState
from ecnscrawl.frontier.records import PublishedRecord, RecordToIndex
from ecnscrawl.frontier.revisit import next_check
from ecnscrawl.storage import jsonl
from ecnscrawl.storage.folder import gone_file, ids_file
from ecnscrawl.storage.folder.published_records import NotARecord, of_file, of_line
from ecnscrawl.storage.jsonl import DamagedFile


class Indexer:
    """Makes the records of a site's files known, and writes the files of `published/` that are missing."""

    def __init__(self, state: FileState, folder: Path, recheck_ages: Sequence[int] = (), run: int = 0) -> None:
        self._state = state
        self._articles = folder / "articles"
        self._published = folder / "published"
        self._ages = recheck_ages
        self._run = run
        self.warnings: list[str] = []

    def settle(self, name: str) -> int:
        """Make the whole records of a file that a killed run left known, and publish it; return how many there are.

        A file without any is removed.
        """
        part = jsonl.part_of(self._articles, name)
        size = self._index(part, name)
        if not size:
            safe_files.remove_file(part)
            ids_file.remove(self._published, name)
            self._state.drop_file(name)
            return 0
        jsonl.truncate(part, size)
        number = ids_file.write(self._published, name, of_file(part))
        self._state.commit()  # known first: a published record that is unknown would be stored twice
        jsonl.publish(self._articles, name)
        self._state.set_committed(name, size, published=True)
        self._state.commit()
        return number

    def index_unknown(self) -> None:
        """Index the published files that the state does not know: the state is new, or older, or files came back.

        A file of records is read only if its file in `published/` is missing or damaged.
        """
        known = self._state.published_files()
        there = set(jsonl.published(self._articles))
        told = [name for name in ids_file.names(self._published) if name not in known]
        self._state.index(row for name in told for row in self._rows_of_ids(name, is_there=name in there))
        for name in sorted(there - known - set(told)):
            self._index_published(name)

    def _rows_of_ids(self, name: str, *, is_there: bool) -> Iterator[RecordToIndex]:
        records, is_whole = ids_file.read(self._published, name)
        if not is_whole and is_there:
            self._index_published(name)
            return
        if not is_whole:
            self.warnings.append(
                f"{self._published / ids_file.ids_name(name)} is damaged;"
                " what it no longer tells is fetched again as new"
            )
            ids_file.write(self._published, name, records)
        number = self._state.file_number(name)
        self._state.set_committed(name, self._state.committed(name), published=True)
        for record in records:
            yield self._to_index(record, number, None)

    def _index_published(self, name: str) -> None:
        path = jsonl.path_of(self._articles, name)
        size = self._index(path, name)
        ids_file.write(self._published, name, of_file(path))
        self._state.set_committed(name, size, published=True)

    def keep_ids(self, *, checked: bool = False) -> None:
        """Write the missing files of `published/`, for the files that the state knows as published.

        From the record files if they exist, else as far as the state knows: the newest version of each
        article. With `checked` a file of `published/` that is damaged is missing too.
        """
        kept = set(ids_file.names(self._published))
        if checked:
            kept = {name for name in kept if ids_file.read(self._published, name)[1]}
        there = set(jsonl.published(self._articles))
        missing = sorted(self._state.published_files() - kept)
        ids_file.write_all(self._published, ((name, self._records_of(name, name in there)) for name in missing))

    def _records_of(self, name: str, is_there: bool) -> Iterable[PublishedRecord]:
        if is_there:
            try:
                return list(of_file(jsonl.path_of(self._articles, name)))
            except (OSError, DamagedFile):
                pass  # it belongs to its readers, who may have damaged it
        return self._state.records_of(name)

    def learn_gone(self, folder: Path) -> None:
        """Make known which articles are gone, from the files of `gone/` that the state has not read.

        These are those of a killed run, of all runs if the state is new, and of the last one, which changes nothing.
        """
        seen = str(self._state.get_meta("gone_until") or "")
        for name in [name for name in jsonl.published(folder) if name > seen]:
            for article in gone_file.read(folder, name):
                if article.back_at is None:
                    times = (int(time.timestamp()) for time in (article.first_gone_at, article.last_gone_at))
                    self._state.mark_gone(article.id, *times)
                elif (known := self._state.article(article.id)) and known.gone_at is not None:
                    back_at = int(article.back_at.timestamp())
                    self._state.mark_back(known.id, back_at, next_check(known.published_at, back_at, self._ages))
            self._state.set_meta("gone_until", name)

    def _index(self, path: Path, name: str) -> int:
        """Index the records of a file that the state does not know; return the size of all whole records, in bytes.

        A line that is not a record ends the file: after a crash of the machine anything may follow it.
        """
        number, size = self._state.file_number(name), self._state.committed(name)
        there = jsonl.size_of(path)
        if there < size:
            self._state.forget_beyond(number, there)
            size = jsonl.whole_size(path)
            self._state.forget_beyond(number, size)
        learned = []
        for offset, line in jsonl.lines(path, size):
            try:
                learned.append(self._to_index(of_line(line), number, offset))
            except NotARecord:
                break
            size = offset + len(line)
        self._state.index(learned)
        self._state.set_committed(name, size)
        return size

    def _to_index(self, record: PublishedRecord, file: int, offset: int | None) -> RecordToIndex:
        published, fetched = int(record.published_at.timestamp()), int(record.fetched_at.timestamp())
        return RecordToIndex(
            id=record.id,
            url=record.url,
            content_hash=bytes.fromhex(record.content_hash),
            revision=record.revision,
            published_at=published,
            fetched_at=fetched,
            first_run=self._run - 1,
            next_check=next_check(published, fetched, self._ages),
            file=file,
            offset=offset,
            published_precision=record.published_precision,
        )
