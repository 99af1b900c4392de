"""A package index on loopback that asks for a password, with the packages that are put into it."""

import base64
import csv
import hashlib
import io
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import distribution
from pathlib import Path

USER, PASSWORD = "reader", "se cret"


def repacked(name: str, folder: Path) -> Path:
    """A wheel of an installed package, made of its files."""
    found = distribution(name)
    files = [file for file in found.files or [] if ".." not in file.parts and file.suffix != ".pyc"]
    scripts = [file for file in found.files or [] if file.parts[:-1] == ("..", "..", "..", "bin")]
    metadata = next(file.parts[0] for file in files if file.parts[0].endswith(".dist-info"))
    tag = next(line[5:] for line in (found.read_text("WHEEL") or "").splitlines() if line.startswith("Tag: "))
    contents = {str(file): Path(str(file.locate())).read_bytes() for file in files}
    for script in scripts:
        data = f"{metadata.removesuffix('.dist-info')}.data/scripts/{script.name}"
        contents[data] = Path(str(script.locate())).read_bytes()
    for made in ("RECORD", "INSTALLER", "REQUESTED", "direct_url.json", "uv_cache.json"):
        contents.pop(f"{metadata}/{made}", None)
    return _write(folder / f"{metadata.removesuffix('.dist-info')}-{tag}.whl", metadata, contents)


def made_up(name: str, folder: Path) -> Path:
    """A wheel of a package that no other index has."""
    metadata = f"{name}-1.0.dist-info"
    about = f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n".encode()
    wheel = b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    contents = {f"{name}.py": b"", f"{metadata}/METADATA": about, f"{metadata}/WHEEL": wheel}
    return _write(folder / f"{name}-1.0-py3-none-any.whl", metadata, contents)


def _write(path: Path, metadata: str, contents: dict[str, bytes]) -> Path:
    record = io.StringIO()
    rows = csv.writer(record, lineterminator="\n")
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in contents.items():
            entry = zipfile.ZipInfo(name)
            entry.external_attr = (0o100755 if "/scripts/" in name else 0o100644) << 16
            archive.writestr(entry, content)
            digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
            rows.writerow([name, f"sha256={digest}", len(content)])
        rows.writerow([f"{metadata}/RECORD", "", ""])
        archive.writestr(f"{metadata}/RECORD", record.getvalue())
    return path


def locked(wheel: Path) -> str:
    """The lines of a lock for a wheel."""
    name, version, *_ = wheel.name.split("-")
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    return f"{name}=={version} \\\n    --hash=sha256:{digest}\n"


@contextmanager
def served(wheels: list[Path]) -> Iterator[tuple[str, list[str]]]:
    """Serve wheels as an index (PEP 503); gives its address without password, and the paths asked for with it."""
    files = {wheel.name: wheel for wheel in wheels}
    asked: list[str] = []
    credentials = "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()

    class Index(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.headers.get("Authorization") != credentials:
                self._answer(401, b"", "text/plain", **{"WWW-Authenticate": 'Basic realm="packages"'})
                return
            asked.append(self.path)
            kind, _, name = self.path.strip("/").partition("/")
            if kind == "files" and name in files:
                self._answer(200, files[name].read_bytes(), "application/zip")
            elif own := [each for each in files if each.split("-")[0].replace("_", "-") == name]:
                links = "".join(f'<a href="/files/{each}">{each}</a>' for each in own)
                self._answer(200, f"<!DOCTYPE html><html><body>{links}</body></html>".encode(), "text/html")
            else:
                self._answer(404, b"", "text/plain")

        def _answer(self, status: int, body: bytes, kind: str, **headers: str) -> None:
            self.send_response(status)
            for header, value in {"Content-Type": kind, "Content-Length": str(len(body)), **headers}.items():
                self.send_header(header, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Index)
    thread = threading.Thread(target=server.serve_forever, name="index")
    thread.start()
    try:
        yield f"127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
