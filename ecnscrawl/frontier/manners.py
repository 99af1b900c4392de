"""What the crawls of a process know together about hosts, so that they treat a host as one crawler does."""

from dataclasses import dataclass, field

from ecnscrawl.frontier.host_gate import HostGate
from ecnscrawl.frontier.host_policy import Pause
from ecnscrawl.frontier.robots_cache import RobotsCache


@dataclass(frozen=True, slots=True)
class Manners:
    """Shared by all crawls of a process. A crawl that is alone has its own."""

    gate: HostGate
    robots: RobotsCache
    pauses: dict[str, Pause] = field(default_factory=dict)  #: by host: what `Retry-After` has asked for
