"""Verify servers' certificates and say why one is refused; Twisted and OpenSSL only say that it is."""

import ssl
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from OpenSSL import SSL, crypto
from scrapy.exceptions import DownloadFailedError
from service_identity import VerificationError
from twisted.internet._sslverify import _verifyCB
from twisted.python.failure import Failure
from twisted.web.client import HostnameCachingHTTPSPolicy
from twisted.web.iweb import IPolicyForHTTPS
from zope.interface import implementer

from ecnscrawl.exceptions import ReasonedFailure, WrongUsage

_NOT_YET_VALID, _EXPIRED = 9, 10  # the numbers of OpenSSL's X509_V_ERR_… constants


class CertificateRefused(ReasonedFailure, DownloadFailedError):
    """The server's certificate is refused; the message says why."""


def check_certificate_file(environment: Mapping[str, str]) -> None:
    """Raise WrongUsage if SSL_CERT_FILE is not a readable file of certificates. No server would be trusted."""
    path = environment.get("SSL_CERT_FILE")
    if not path:
        return
    way_out = "name a file of PEM certificates, or unset it"
    try:
        with Path(path).open("rb"):
            pass
        ssl.create_default_context(cafile=path)
    except ssl.SSLError:
        raise WrongUsage(f"SSL_CERT_FILE={path!r} holds no certificate; {way_out}") from None
    except OSError as error:
        raise WrongUsage(f"SSL_CERT_FILE={path!r} cannot be read ({error.strerror}); {way_out}") from None


def why_refused(error: BaseException, host: str) -> CertificateRefused | None:
    """Return the reason if a connection was lost because of a certificate, else None."""
    if isinstance(error, CertificateRefused):
        return error
    if isinstance(error, VerificationError):
        return CertificateRefused(f"the certificate is not for {host}")
    return None


@implementer(IPolicyForHTTPS)
class ReasonedPolicy:
    """Wraps a policy that verifies certificates, and adds the reason to its refusals.

    It asks that policy once for each host: Scrapy asks for each request, and reads the trusted certificates again for
    each connection.
    """

    def __init__(self, policy: Any) -> None:
        self._policy = HostnameCachingHTTPSPolicy(policy)

    def creatorForNetloc(self, hostname: bytes, port: int) -> Any:  # noqa: N802 - the interface's name
        """Return the creator of connections to a host. Twisted's interface."""
        return _ReasonedCreator(self._policy.creatorForNetloc(hostname, port))


class _ReasonedCreator:
    """Sets the verify callback of each connection: only there does OpenSSL say what is wrong with a certificate."""

    def __init__(self, creator: Any) -> None:
        self._creator = creator

    def __getattr__(self, name: str) -> Any:
        return getattr(self._creator, name)

    def clientConnectionForTLS(self, protocol: Any) -> SSL.Connection:  # noqa: N802 - the interface's name
        connection: SSL.Connection = self._creator.clientConnectionForTLS(protocol)
        verify = _verifyCB(protocol, self._creator._hostnameIsDnsName, self._creator._hostnameASCII)

        def verify_with_reason(conn: SSL.Connection, cert: crypto.X509, error: int, depth: int, ok: int) -> bool:
            if not ok:
                protocol.failVerification(Failure(CertificateRefused(_words(error, cert))))  # type: ignore[no-untyped-call]
                return False
            return verify(conn, cert, error, depth, bool(ok))

        connection.set_verify(SSL.VERIFY_PEER | SSL.VERIFY_FAIL_IF_NO_PEER_CERT, verify_with_reason)
        return connection


def _words(error: int, cert: crypto.X509) -> str:
    certificate = cert.to_cryptography()
    if error == _EXPIRED:
        return f"the certificate expired on {certificate.not_valid_after_utc:%Y-%m-%d}"
    if error == _NOT_YET_VALID:
        return f"the certificate is valid from {certificate.not_valid_before_utc:%Y-%m-%d} on"
    return "certificate not trusted"
