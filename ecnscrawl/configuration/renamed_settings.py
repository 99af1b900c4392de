"""Accept the old names of renamed settings, for one release and with a warning."""

from collections.abc import Mapping
from types import MappingProxyType

from scrapy.settings import SETTINGS_PRIORITIES, BaseSettings

#: The old name of each setting, and its name now. Remove them all after 0.1.0.
RENAMED: Mapping[str, str] = MappingProxyType(
    {
        "HOST_FAILURES": "HOST_MAX_CONSECUTIVE_FAILURES",
        "LISTING_REQUESTS": "LISTING_MAX_REQUESTS",
        "RUN_BYTES": "RUN_MAX_BYTES",
        "RUN_REDIRECTS": "RUN_MAX_REDIRECTS",
        "RUN_REQUESTS": "RUN_MAX_REQUESTS",
        "STALE_HOURS": "HEALTH_STALE_HOURS",
    }
)
_PROJECT = SETTINGS_PRIORITIES["project"]


def adopt_old_names(settings: BaseSettings) -> None:
    """Copy the value of each old name to the new name. Calling this again changes nothing.

    If both names are set, the higher priority wins. At the same priority the new name wins, except in a settings
    module: there the new name always has a value, the default.
    """
    for old, new in RENAMED.items():
        priority, new_priority = settings.getpriority(old), settings.getpriority(new) or 0
        if priority is None or new_priority > priority or new_priority == priority > _PROJECT:
            continue
        # At the priority "project", Scrapy would overwrite the value when it merges the settings again.
        settings.set(new, settings[old], max(priority, SETTINGS_PRIORITIES["spider"]))


def old_name_warnings(settings: BaseSettings) -> list[str]:
    """Return a line for each old name that is set."""
    return [
        f"the setting {old} is now {new}; the old name works in this release only"
        for old, new in RENAMED.items()
        if settings.getpriority(old) is not None
    ]
