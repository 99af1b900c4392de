"""Issue certificates for any host name, from an authority that exists as long as the replica runs."""

import ssl
from pathlib import Path

import trustme


class Authority:
    """A certificate authority; clients trust it by SSL_CERT_FILE."""

    def __init__(self) -> None:
        self._ca = trustme.CA()
        self._contexts: dict[str, ssl.SSLContext] = {}

    def write_certificate(self, path: Path) -> None:
        """Write the authority's own certificate as PEM."""
        self._ca.cert_pem.write_to_path(str(path))

    def context_for(self, host: str) -> ssl.SSLContext:
        """Return a TLS server context with a certificate for `host`, issued on first use."""
        if host not in self._contexts:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self._ca.issue_cert(host).configure_cert(context)
            self._contexts[host] = context
        return self._contexts[host]
