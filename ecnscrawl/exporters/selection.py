"""Which records are asked for: of which days, of which sections, in which revisions."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

from ecnscrawl.normalize.timestamps import to_text

_LESS_THAN_A_SECOND = timedelta(microseconds=999_999)
_IN_TIME = (
    "CASE published_precision WHEN 'day' THEN left(published_at, 10) {sign} ${edge}_day"
    " ELSE published_at {sign} ${edge} END"
)


@dataclass(frozen=True, slots=True)
class Selection:
    """Everything, where nothing is said; the conditions hold for the newest revision, unless all are asked for."""

    since: datetime | None = None  #: the first moment of publishing
    until: datetime | None = None  #: the last one
    sections: tuple[str, ...] = ()  #: as the records name them, whatever the case
    all_revisions: bool = False
    zone: tzinfo = UTC  #: of the site: an article of which only the day is known is one of every hour of it there

    def unknown(self, known: Collection[str]) -> list[str]:
        """The sections asked for that no record is of."""
        lower = {section.lower() for section in known}
        return [section for section in self.sections if section.lower() not in lower]

    def condition(self) -> tuple[str, dict[str, Any]]:
        """A condition in SQL on a record's columns, and the values bound in it."""
        conditions = ["true"]
        values: dict[str, Any] = {}
        if self.since:  # a record's time is in whole seconds, so it is compared with the next one
            conditions.append(_IN_TIME.format(sign=">=", edge="since"))
            values["since"] = to_text(self.since + _LESS_THAN_A_SECOND)
            values["since_day"] = self._day(self.since)
        if self.until:
            conditions.append(_IN_TIME.format(sign="<=", edge="until"))
            values["until"] = to_text(self.until)
            values["until_day"] = self._day(self.until)
        if self.sections:
            conditions.append("list_contains($sections, lower(section))")
            values["sections"] = [section.lower() for section in self.sections]
        return " AND ".join(conditions), values

    def _day(self, edge: datetime) -> str:
        return edge.astimezone(self.zone).date().isoformat()
