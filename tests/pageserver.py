"""A plain file server for pages, as any web host is, which sends the headers that the site asks for."""

from __future__ import annotations

import contextlib
import functools
import http.server
import threading

from llmkg.site.hosts import HEADERS


class _Handler(http.server.SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def end_headers(self):
        for name, value in HEADERS.items():
            self.send_header(name, value)
        super().end_headers()

    def handle(self):
        with contextlib.suppress(ConnectionError):  # a browser that is closed lets go of what it was reading
            super().handle()

    def log_message(self, *_):
        pass


@contextlib.contextmanager
def serving(folder):
    """The address of a server of a folder's files, while it runs."""
    handler = functools.partial(_Handler, directory=str(folder))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def write(section, folder, paths=None):
    """Write what a section has, or some of it, into a folder."""
    for path in paths if paths is not None else section.paths():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(section.render(path))
