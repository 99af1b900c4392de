"""How far a re-extraction has come with the records of one site; it is committed together with them."""

from collections.abc import Collection

import msgspec

from ecnscrawl.frontier.base import State
from ecnscrawl.reextraction.assembly import Place

_NAME = "reextraction"  # the name under which the state keeps it


class FileProgress(msgspec.Struct):
    """How far one file was read."""

    done: int = -1  #: all records up to this number are done
    open: list[int] = []  #: except these: pages of articles that are not complete


class Progress(msgspec.Struct):
    """What the state keeps. It is empty when no re-extraction is under way."""

    since_run: str = ""  #: id of the run that began
    files: dict[str, FileProgress] = {}

    @classmethod
    def of(cls, state: State, run_id: str) -> "Progress":
        """Return what the state keeps of a re-extraction that was stopped; or a new one."""
        found = msgspec.json.decode(str(state.get_meta(_NAME) or "{}"), type=cls)
        found.since_run = found.since_run or run_id
        return found

    def is_done(self, place: Place) -> bool:
        """Whether what comes of a record is stored."""
        file = self.files.get(place[0])
        return file is not None and place[1] <= file.done and place[1] not in file.open

    def note(self, place: Place) -> None:
        """Note that all records up to this one are done, except those that wait."""
        file = self.files.setdefault(place[0], FileProgress())
        file.done = max(file.done, place[1])

    def set_waiting(self, waiting: Collection[Place]) -> None:
        """Note which records wait for others."""
        for name, each in self.files.items():
            each.open = sorted(number for other, number in waiting if other == name)

    def save(self, state: State) -> None:
        """Let the state keep it, from the next commit on."""
        state.set_meta(_NAME, msgspec.json.encode(self).decode())
