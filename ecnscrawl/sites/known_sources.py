"""What earlier runs have learned of the sources of a site without a profile, and when a silent one is read again.

Times are whole seconds since 1970.
"""

from collections.abc import Iterable
from typing import Literal

import msgspec

FACT = "sources"  #: the name under which the state keeps them
DAY = 86_400
_SHARE_OF_SILENCE = 8  #: a source is read again after this part of the time in which it has shown nothing new
_MAX_WAIT = 7 * DAY

SourceKind = Literal["front", "feed", "sitemap", "section"]
NamedSource = tuple[SourceKind, str, str]  #: kind, name and URL of a source that a page or robots.txt names


class KnownSource(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A source that a run has found, or an address where there is none."""

    url: str
    kind: SourceKind
    name: str  #: as reports call it
    is_there: bool = True  #: False where nothing of this kind stands at a common path
    found_at: int  #: or, once it has been read, when that was for the first time
    last_read: int = 0
    last_new: int = 0  #: when it last showed an article that no run had seen; 0 for never

    def is_due(self, now: int) -> bool:
        """Whether to read it in a run that begins now: in each run while it shows news, then less and less often.

        After a silent day it is read every three hours, after eight days daily, and at least once a week.

        >>> feed = KnownSource(url="https://example.org/feed", kind="feed", name="feed", found_at=0, last_new=1)
        >>> quiet = msgspec.structs.replace(feed, last_read=8 * DAY)
        >>> feed.is_due(DAY // 2), quiet.is_due(8 * DAY + 3600), quiet.is_due(9 * DAY + 1)
        (True, False, True)
        """
        silence = max(0, self.last_read - (self.last_new or self.found_at))
        wait = 0 if silence < DAY else min(silence // _SHARE_OF_SILENCE, _MAX_WAIT)
        return self.is_there and not self.last_read <= now < self.last_read + wait

    def is_quiet(self, now: int) -> bool:
        """Whether it has shown nothing new for a day."""
        return now - self.last_new >= DAY


def encoded(sources: Iterable[KnownSource]) -> str:
    """Return sources as a text for the state."""
    return msgspec.json.encode(list(sources)).decode()


def decoded(text: object) -> list[KnownSource]:
    """Return the sources of a text from the state; [] if there is none, or it is damaged: a run finds them again."""
    try:
        return msgspec.json.decode(str(text or "[]"), type=list[KnownSource])
    except msgspec.MsgspecError:
        return []
