"""Starts real SPARQL servers on loopback, each with an empty store in a folder of its own."""

from __future__ import annotations

import contextlib
import shutil
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

SECONDS_TO_START = 120


@dataclass(frozen=True)
class Server:
    """Addresses of a server that runs."""

    name: str
    query_url: str
    store_url: str


def program(name, package):
    """Where a program is, in this environment or on the path; the test is skipped where it is not."""
    beside = Path(sys.executable).parent / name
    found = str(beside) if beside.exists() else shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not installed ({package})")
    return found


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def running(command, folder, url):
    """A server's process, once it answers."""
    log = folder / "log.txt"
    with log.open("wb") as output, subprocess.Popen(command, cwd=folder, stdout=output, stderr=output) as process:
        try:
            wait_for(url, process, log)
            yield
        finally:
            process.kill()
            process.wait()


def wait_for(url, process, log):
    end = time.monotonic() + SECONDS_TO_START
    while True:
        try:
            with urlopen(url, timeout=5):  # noqa: S310 - loopback
                return
        except (URLError, OSError):
            if process.poll() is not None or time.monotonic() > end:
                pytest.fail(f"{process.args[0]} does not start: {log.read_text(errors='replace')[-2000:]}")
            time.sleep(0.1)


@contextlib.contextmanager
def oxigraph(folder):
    """The server of Oxigraph."""
    binary = program("oxigraph", "pip install oxigraph")
    base = f"http://127.0.0.1:{free_port()}"
    bind = base.removeprefix("http://")
    with running([binary, "serve", "--location", str(folder / "db"), "--bind", bind], folder, f"{base}/"):
        yield Server("oxigraph", f"{base}/query?union-default-graph=true", f"{base}/store")


@contextlib.contextmanager
def virtuoso(folder, *, rows=1_000_000):
    """Virtuoso, whose administrator is dba with the password dba."""
    binary = program("virtuoso-t", ".ci/packages virtuoso-t=virtuoso-opensource-7-bin")
    port = free_port()
    settings = SETTINGS.format(folder=folder, port=free_port(), http=port, rows=rows)
    (folder / "virtuoso.ini").write_text(settings, encoding="utf-8")
    base = f"http://127.0.0.1:{port}"
    with running([binary, "+foreground", "+configfile", "virtuoso.ini"], folder, f"{base}/sparql"):
        yield Server("virtuoso", f"{base}/sparql", f"{base}/sparql-graph-crud-auth")


SETTINGS = """\
[Database]
DatabaseFile = {folder}/virtuoso.db
ErrorLogFile = {folder}/virtuoso.log
LockFile = {folder}/virtuoso.lck
TransactionFile = {folder}/virtuoso.trx
xa_persistent_file = {folder}/virtuoso.pxa
TempStorage = TempDatabase
FileExtend = 200

[TempDatabase]
DatabaseFile = {folder}/virtuoso-temp.db
TransactionFile = {folder}/virtuoso-temp.trx

[Parameters]
ServerPort = 127.0.0.1:{port}
DisableUnixSocket = 1
CheckpointInterval = 0
DirsAllowed = {folder}
NumberOfBuffers = 20000
MaxDirtyBuffers = 15000

[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerRoot = {folder}
ServerThreads = 10
MaxClientConnections = 10
Charset = UTF-8

[SPARQL]
ResultSetMaxRows = {rows}
MaxQueryCostEstimationTime = 0
MaxQueryExecutionTime = 0
"""


@dataclass(frozen=True)
class Served:
    """Our own server: its address, its process, and the file in which its words stand."""

    url: str
    process: subprocess.Popen
    log: Path
    access: Path

    @property
    def words(self):
        return self.log.read_text(encoding="utf-8", errors="replace")


@contextlib.contextmanager
def serving(folder, *options, data=None):
    """Our own server at a free port of loopback, of the small project unless another is named."""
    log, access = folder / "server.log", folder / "access.log"
    command = [sys.executable, "-m", "llmkg"]
    if data is not None:
        command += ["--data", str(data)]
    command += ["serve", "--port", "0", "--log", str(access), *options]
    with log.open("wb") as output, subprocess.Popen(command, stdout=output, stderr=output) as process:
        try:
            yield Served(_address(process, log), process, log, access)
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                raise


def _address(process, log):
    """The address that the server names when it is ready."""
    end = time.monotonic() + SECONDS_TO_START
    while True:
        said = log.read_text(encoding="utf-8", errors="replace")
        if "Serving at " in said and "ends it" in said:
            return said.partition("Serving at ")[2].split()[0]
        if process.poll() is not None or time.monotonic() > end:
            pytest.fail(f"llmkg serve does not start: {said[-2000:]}")
        time.sleep(0.05)
