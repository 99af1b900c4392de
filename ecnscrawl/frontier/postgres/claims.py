"""Who may change a site's rows: a claim, which ends unless it is renewed.

Each claim of a site has a greater epoch than the one before. Every transaction that changes the site's rows holds its
row of `sites` with that epoch, so one whose site was claimed by somebody else in the meantime changes nothing.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from psycopg import Connection

_ADD = "INSERT INTO ecnscrawl.sites (site) VALUES (%s) ON CONFLICT DO NOTHING"
_CLAIM = """
UPDATE ecnscrawl.sites SET
    owner = %(owner)s, epoch = epoch + 1, lease_until = now() + %(lease)s * interval '1 second',
    left_at = CASE WHEN owner IS NULL THEN left_at ELSE now() END  -- a dead owner's last requests are not that old
WHERE site = %(site)s AND (owner IS NULL OR lease_until < now()) RETURNING epoch
"""
_OWNER = "SELECT owner FROM ecnscrawl.sites WHERE site = %s"
_RENEW = """
UPDATE ecnscrawl.sites SET lease_until = now() + %(lease)s * interval '1 second'
WHERE site = %(site)s AND epoch = %(epoch)s AND lease_until >= now()
"""
_RELEASE = "UPDATE ecnscrawl.sites SET owner = NULL, lease_until = NULL, left_at = now() WHERE site = %s AND epoch = %s"
_HOLD = "SELECT 1 FROM ecnscrawl.sites WHERE site = %s AND epoch = %s FOR SHARE"


class ClaimLost(Exception):
    """Somebody else has claimed the site, because the lease had ended."""


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to change the rows of a site until its lease ends."""

    site: str
    epoch: int

    def hold(self, connection: "Connection[Any]") -> None:
        """Keep others from claiming the site until the transaction that is open ends. Raises ClaimLost."""
        if connection.execute(_HOLD, [self.site, self.epoch]).fetchone() is None:
            raise ClaimLost(f"another worker has taken over {self.site}")


def claim(connection: "Connection[Any]", site: str, owner: str, lease: float) -> Claim | None:
    """Claim a site for `lease` seconds; return None if another owner has it."""
    connection.execute(_ADD, [site])
    row = connection.execute(_CLAIM, {"site": site, "owner": owner, "lease": lease}).fetchone()
    return Claim(site, row[0]) if row else None


def owner_of(connection: "Connection[Any]", site: str) -> str | None:
    """Return who has claimed a site, also where the lease has ended."""
    row = connection.execute(_OWNER, [site]).fetchone()
    return row[0] if row else None


def renew(connection: "Connection[Any]", held: Claim, lease: float) -> bool:
    """Let the lease end `lease` seconds from now; return False if it has ended already, as it is never renewed then."""
    values = {"site": held.site, "epoch": held.epoch, "lease": lease}
    return connection.execute(_RENEW, values).rowcount == 1


def release(connection: "Connection[Any]", held: Claim) -> None:
    """Let the next owner in. Does nothing if the site has another one."""
    connection.execute(_RELEASE, [held.site, held.epoch])
