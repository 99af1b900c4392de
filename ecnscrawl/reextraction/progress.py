"""How far a re-extraction has come with the records of one site; it is committed together with them."""

from collections.abc import Collection

import msgspec

from ecnscrawl.frontier.base import State
from ecnscrawl.reextraction.open_article import Place

_NAME = "reextraction"  # the name under which the state keeps it


class FileProgress(msgspec.Struct):
    """How far one file was read."""

    done: int = -1  #: all records up to this number are done
    open: list[int] = []  #: except these: pages of articles that are not complete


class Progress(msgspec.Struct, dict=True):
    """What the state keeps. It is empty when no re-extraction is under way."""

    since_run: str = ""  #: id of the run that began
    files: dict[str, FileProgress] = {}

    def __post_init__(self) -> None:
        self._before = {name: each.done for name, each in self.files.items()}  # what a job that was stopped has done
        self._left = {(name, number) for name, each in self.files.items() for number in each.open}  # and what not
        self._taken: dict[str, int] = {}  # by file: the last record that this job has taken

    def is_done(self, place: Place) -> bool:
        """Whether what comes of a record is stored, or waits in this job for others."""
        file, number = place
        return number <= self._taken.get(file, -1) or (number <= self._before.get(file, -1) and place not in self._left)

    @classmethod
    def of(cls, state: State, run_id: str) -> "Progress":
        """Return what the state keeps of a re-extraction that was stopped; or a new one."""
        found = msgspec.json.decode(str(state.get_meta(_NAME) or "{}"), type=cls)
        found.since_run = found.since_run or run_id
        return found

    def note(self, place: Place) -> None:
        """Note that all records up to this one are done, except those that wait."""
        file = self.files.setdefault(place[0], FileProgress())
        file.done = max(file.done, place[1])
        self._taken[place[0]] = place[1]
        self._left.discard(place)

    def set_waiting(self, waiting: Collection[Place]) -> None:
        """Note which records wait for others. Those that this job has not come to yet wait too."""
        for each in self.files.values():
            each.open = []
        for name, number in sorted({*waiting, *self._left}):
            if name in self.files:
                self.files[name].open.append(number)

    def save(self, state: State) -> None:
        """Let the state keep it, from the next commit on."""
        state.set_meta(_NAME, msgspec.json.encode(self).decode())
