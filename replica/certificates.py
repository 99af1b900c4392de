"""Certificates for any host name, made on the spot by an authority that lives as long as the replica."""

import ssl
from pathlib import Path

import trustme


class Authority:
    """A certificate authority of our own; its certificate goes to clients as SSL_CERT_FILE."""

    def __init__(self) -> None:
        self._ca = trustme.CA()
        self._contexts: dict[str, ssl.SSLContext] = {}

    def write_certificate(self, path: Path) -> None:
        """Write the authority's own certificate as PEM."""
        self._ca.cert_pem.write_to_path(str(path))

    def context_for(self, host: str) -> ssl.SSLContext:
        """The server side of TLS with a certificate for `host`, made when first asked for."""
        if host not in self._contexts:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self._ca.issue_cert(host).configure_cert(context)
            self._contexts[host] = context
        return self._contexts[host]
