"""The settings that may differ by site while many sites are crawled in one process."""

from scrapy.settings import BaseSettings, default_settings

from ecnscrawl import settings as own_settings
from ecnscrawl.cli.preflight import check_settings
from ecnscrawl.configuration.renamed_settings import RENAMED
from ecnscrawl.exceptions import WrongUsage, suggestion
from ecnscrawl.hints import program

#: All are read from the settings of one crawl alone. What is not here belongs to the process (reactor, resolver, log,
#: download handlers), to the data folder, or to rules that are the same for every site (robots.txt, ports, contact).
ALLOWED = (
    # the pace, by host
    "DOWNLOAD_DELAY", "DOWNLOAD_TIMEOUT", "CONCURRENT_REQUESTS", "CONCURRENT_REQUESTS_PER_DOMAIN",
    "AUTOTHROTTLE_ENABLED", "AUTOTHROTTLE_START_DELAY", "AUTOTHROTTLE_TARGET_CONCURRENCY", "AUTOTHROTTLE_MAX_DELAY",
    "CRAWL_DELAY_MAX", "RETRY_TIMES", "RETRY_BACKOFF", "RETRY_BACKOFF_MAX", "RETRY_AFTER_MAX",
    "HOST_MAX_CONSECUTIVE_FAILURES",
    # the pace of later runs, by article
    "RECHECK_AGES", "PENDING_ATTEMPTS", "PENDING_BACKOFF",
    # the budgets of a run
    "LISTING_MAX_REQUESTS", "LISTING_MAX_DEAD_LINKS", "RUN_MAX_REQUESTS", "RUN_MAX_REDIRECTS", "RUN_MAX_BYTES",
    "DOWNLOAD_MAXSIZE", "CLOSESPIDER_ITEMCOUNT", "CLOSESPIDER_PAGECOUNT", "CLOSESPIDER_TIMEOUT",
    # whether a browser reads its pages: then the run has a process of its own
    "RENDER", "RENDER_SECONDS",
    # whether the pages of its runs are kept
    "ARCHIVE",
    # when a run is unhealthy: a profile may say so too
    "HEALTH_FAILED_SHARE", "HEALTH_REJECTED_SHARE", "HEALTH_RENDERED_SHARE", "HEALTH_UNENDED_SHARE", "HEALTH_SAMPLE",
)  # fmt: skip


class SettingChecker:
    """Checks the settings of a site by the same code as those of the command line."""

    def __init__(self, settings: BaseSettings) -> None:
        """`settings` are those of the command, and valid."""
        self._settings = settings
        self._faults: dict[tuple[str, str], str] = {}  # by name and value: thousands of sites may have the same

    def fault(self, name: str, value: object) -> str:
        """Return what is wrong with a setting, and the way out; an empty string if nothing is."""
        key = (name, f"{type(value).__name__} {value!r}")
        if key not in self._faults:
            self._faults[key] = _name_fault(name) or self._value_fault(name, value)
        return self._faults[key]

    def _value_fault(self, name: str, value: object) -> str:
        if name == "RECHECK_AGES":
            value = setting_value(value)
        if not isinstance(value, bool | int | float | str):
            return f"{name} has a value of a wrong type; write a number, a text, true or false"
        trial = self._settings.copy()
        trial.set(name, value, priority="cmdline")
        try:
            check_settings(trial)
        except WrongUsage as error:
            is_text = isinstance(getattr(own_settings, name, None), str)
            return f"{error}, in quotes" if is_text and isinstance(value, bool) else str(error)
        return ""


def setting_value(value: object) -> object:
    """Return a value of the table as Scrapy takes it: a list as on the command line."""
    return ",".join(map(str, value)) if isinstance(value, list) else value


def _name_fault(name: str) -> str:
    if name in ALLOWED:
        return ""
    if name in RENAMED:
        return f"the setting {name} is now {RENAMED[name]}; write the new name"
    if hasattr(own_settings, name) or hasattr(default_settings, name):
        return f"{name} cannot differ by site in one process; set it for all sites: {program()} watch -s {name}=…"
    return f"unknown setting {name!r}{suggestion(name, ALLOWED, 0.7)}; a site may have {', '.join(ALLOWED)}"
