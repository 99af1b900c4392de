"""The limits beyond which a run counts as unhealthy."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Thresholds:
    """The limits; see the settings HEALTH_… and LISTING_MAX_DEAD_LINKS."""

    failed_share: float = 0.2
    rejected_share: float = 0.1
    rendered_share: float = 0.1
    unended_share: float = 0.1
    sample: int = 10
    dead_links: int = 200
