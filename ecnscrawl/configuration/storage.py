"""Where articles are stored, and how often a run commits, from the settings."""

from dataclasses import replace

from scrapy.settings import SETTINGS_PRIORITIES, BaseSettings

from ecnscrawl.storage.archive.terms import archive_terms
from ecnscrawl.storage.base import Storage, StorageTerms
from ecnscrawl.storage.choice import choose_storage
from ecnscrawl.storage.data_folder import absolute_folder
from ecnscrawl.storage.run_settings import RunSettings

_PROJECT = SETTINGS_PRIORITIES["project"]


def storage_of(settings: BaseSettings) -> Storage:
    """Return the storage that the settings name, the same one each time. Raises WrongUsage for an invalid address."""
    return choose_storage(
        StorageTerms(
            data=absolute_folder(str(settings["DATA_DIR"])),
            database_url=str(settings["DATABASE_URL"] or ""),
            lease_seconds=settings.getfloat("WORKER_LEASE_SECONDS"),
            retry_seconds=settings.getfloat("DATABASE_RETRY_SECONDS"),
            transferred=settings["WATCH_CLAIM"],
        )
    )


def run_settings(settings: BaseSettings) -> RunSettings:
    """Return how often a run commits. It archives nothing."""
    return RunSettings(
        commit_records=settings.getint("COMMIT_RECORDS"),
        commit_seconds=settings.getfloat("COMMIT_SECONDS"),
        file_records=settings.getint("FILE_RECORDS"),
        recheck_ages=tuple(sorted(int(float(age) * 3600) for age in settings.getlist("RECHECK_AGES"))),
    )


def crawl_settings(settings: BaseSettings, site: str) -> RunSettings:
    """Return the same for a crawl of a site, which may archive responses. Raises CannotStart without the library."""
    return replace(run_settings(settings), archive=archive_terms(site, settings, _given(settings)))


def _given(settings: BaseSettings) -> dict[str, object]:
    """Return the settings that a user or a site's profile has set."""
    return {name: settings[name] for name in sorted(settings) if (settings.getpriority(name) or 0) > _PROJECT}
