"""The lines of runs of `watch` that have no exit status of `crawl`: one could not begin, or has lost its site."""

from ecnscrawl.exceptions import EcnscrawlError
from ecnscrawl.normalize.text import clean
from ecnscrawl.redaction import print_fixed_form, redact


def refuse_run(site: str, error: EcnscrawlError, status: int | None = None) -> int:
    """Print why the run of a site could not begin, in a line that begins with the site; return its exit status.

    `status` is that of the error, by default.
    """
    status = error.exit_status if status is None else status
    why = clean(redact(str(error))).replace('"', "'")
    print_fixed_form(f'{site} refused status={status} reason="{why}"')
    return status


def note_lost(site: str) -> None:
    """Print that a run has ended without a status, because another worker may have its site."""
    print_fixed_form(f'{site} lost reason="the lease has ended; what was stored is whole, and the next run goes on"')
