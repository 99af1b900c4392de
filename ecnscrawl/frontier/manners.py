"""What all crawls of a process know together about hosts, so that they treat a host as one crawler does."""

from dataclasses import dataclass, field

from ecnscrawl.frontier.host_policy import Pause


@dataclass(frozen=True, slots=True)
class Manners:
    """Shared by the crawls of a process; a crawl that is alone has its own."""

    pauses: dict[str, Pause] = field(default_factory=dict)  #: by host: what `Retry-After` has asked for
