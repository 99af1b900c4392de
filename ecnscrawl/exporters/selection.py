"""Select records by time of publication, section, kind and revision."""

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
    """Selects the newest revision of each article by default. All conditions must hold for the revision itself."""

    since: datetime | None = None  #: published at this time or later
    until: datetime | None = None  #: published at this time or earlier
    sections: tuple[str, ...] = ()  #: as the records name them, upper or lower case
    kinds: tuple[str, ...] = ()  #: of `article`, `photo` and `video`
    all_revisions: bool = False
    zone: tzinfo = UTC  #: the site's zone: an article with only a day counts for every hour of that day there

    def unknown(self, known: Collection[str]) -> list[str]:
        """Return the selected sections that are not among the known ones."""
        lower = {section.lower() for section in known}
        return [section for section in self.sections if section.lower() not in lower]

    def condition(self) -> tuple[str, dict[str, Any]]:
        """Return a SQL condition on a record's columns, and its named parameters."""
        conditions = ["true"]
        values: dict[str, Any] = {}
        if self.since:  # a record's time has whole seconds, so fractions are rounded up
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
        if self.kinds:
            conditions.append("list_contains($kinds, kind)")
            values["kinds"] = list(self.kinds)
        return " AND ".join(conditions), values

    def _day(self, edge: datetime) -> str:
        return edge.astimezone(self.zone).date().isoformat()
