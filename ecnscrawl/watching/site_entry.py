"""An entry of the table of sites, as the runs of `watch` use it."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class SiteEntry:
    """A site of the table, checked, with the defaults of the table filled in."""

    name: str  #: of the site, and of its folder in the data folder
    spider: str
    site: str | None  #: the host, for a spider that is of any site; else None
    every: int  #: seconds from the start of a run to that of the next one
    arguments: Mapping[str, str]  #: as after `-a`, without `site`
    settings: Mapping[str, object]  #: of this site alone
    line: int  #: of the table, from 1

    @property
    def given(self) -> Mapping[str, str]:
        """All arguments as `crawl` takes them after `-a`."""
        return self.arguments if self.site is None else {"site": self.site, **self.arguments}
