"""Requests that no honest client sends, made by chance from a seed, and what comes back of them."""

from __future__ import annotations

import random
import re
import socket
from dataclasses import dataclass
from functools import lru_cache

METHODS = (
    *("GET", "GET", "GET", "HEAD", "POST", "POST", "OPTIONS", "PUT", "DELETE", "PATCH", "TRACE", "CONNECT"),
    *("PROPFIND", "get", "GE T", "", "G\x00T", "GET\tX", "M" * 5000, "\xff\xfe", "PRI", "SUBSCRIBE"),
)
VERSIONS = ("HTTP/1.1",) * 12 + (
    "HTTP/1.0",
    "HTTP/0.9",
    "HTTP/2.0",
    "HTTP/9.9",
    "http/1.1",
    "",
    "HTTP/1.1 x",
    "FTP/1.1",
)
PLACES = (
    *("", "sparql", "sparql/", "health", "metrics", "id/family/llama", "id/family/llama.ttl", "id/family/llama.html"),
    *("queries/lineage/ancestors.json?model=llama", "reconcile", "ns/", "data/llmkg.nq.gz", "explore", "robots.txt"),
    *(
        "%00",
        "a%00b",
        "id/%00.html",
        "..",
        "../",
        "../../../../etc/passwd",
        "%2e%2e/%2e%2e/etc/passwd",
        "..%2f..%2fsecret.txt",
    ),
    *(
        "....//....//etc/passwd",
        "%252e%252e%252fetc%252fpasswd",
        "..%5c..%5csecret.txt",
        "..;/..;/secret.txt",
        "/etc/passwd",
    ),
    *(
        "//etc/passwd",
        "id/../../secret.txt",
        "id/family/../../../secret.txt",
        "./.././secret.txt",
        "%c0%ae%c0%ae/secret.txt",
    ),
    *(
        "file:///etc/passwd",
        "http://127.0.0.1:9/",
        "http://[::1",
        "*",
        "?",
        "#",
        "a?b?c#d",
        "id/family/%ff%fe",
        "%",
        "%zz",
        "a%",
    ),
    *(
        "\u202e",
        "caf\u00e9",
        "\x7f",
        "a b",
        "a\tb",
        "%0d%0aX: y",
        "x" * 9_000,
        "x" * 40_000,
        "a/" * 3_000,
        "%41" * 5_000,
    ),
    *(
        "graph/families/llama.ttl",
        ".git/config",
        "queries/../pyproject.toml",
        "proc/self/environ",
        "id/family/llama.html/../../x",
    ),
    *(
        "id/family/<script>",
        "id/family/'\"><img>",
        "id/family/llama.ttl%20",
        "id/family/llama.",
        "id/family/.ttl",
        "index.html/",
    ),
)
ANSWERING = (
    *(
        "sparql",
        "sparql",
        "reconcile",
        "reconcile/suggest/entity",
        "reconcile/preview",
        "queries/lineage/ancestors.json",
    ),
    *(
        "queries/lineage/ancestors.csv",
        "queries/nothing/here.json",
        "queries/lineage/ancestors.zip",
        "queries/lineage/ancestors",
    ),
)
QUERIES = (
    *(
        "ASK {}",
        "SELECT * { ?s ?p ?o } LIMIT 1",
        "",
        "ASK {",
        "\x00",
        "DROP ALL",
        "ASK { SERVICE <http://127.0.0.1:9/> {} }",
    ),
    *(
        "SELECT * FROM <file:///etc/passwd> {}",
        "LOAD <file:///etc/passwd>",
        "{" * 500,
        "(" * 5_000,
        "ASK{" + "!" * 3_000,
        "\ud7ff",
    ),
    *(
        "ASK { <" + "a" * 9_000 + "> ?p ?o }",
        "PREFIX : <",
        "ASK { ?s ?p '''",
        "SELECT " + "?a " * 3_900 + "{}",
        "BASE <..> ASK {}",
    ),
    *(
        "ASK { FILTER(" + "1+" * 250 + "1) }",
        "DESCRIBE <javascript:alert(1)>",
        "ASK { ?s ?p \\u0000 }",
        "CONSTRUCT { ?s ?p ?o } {}",
    ),
)
NAMES = (
    "query",
    "query",
    "query",
    "update",
    "default-graph-uri",
    "named-graph-uri",
    "format",
    "limit",
    "why",
    "",
    "q" * 300,
)
TYPES = (
    *(
        "application/sparql-query",
        "application/x-www-form-urlencoded",
        "application/json",
        "text/plain",
        "multipart/form-data",
        "",
    ),
    *(
        "application/sparql-update",
        "application/sparql-query; charset=utf-16",
        "application/sparql-query;;;=",
        "\xff",
        "a" * 2_000,
    ),
)
ACCEPTS = (
    *(
        "*/*",
        "text/html",
        "text/turtle",
        "application/ld+json;q=0.2, text/csv;q=0.9",
        "image/png",
        "",
        ",,,;;;",
        "text/*;q=9",
    ),
    *(
        "text/html;q=nan",
        "*/*;q=0",
        "a/b;" * 3_000,
        "text/html;q=-1",
        "\xff\xfe",
        "text/turtle;q=1e9",
        "q=1",
        "/",
        "*" * 500,
    ),
)
HEADERS = (
    *(
        "Host: evil.example",
        "Host:",
        "Host: a\r\nHost: b",
        "X-Forwarded-For: 10.0.0.1",
        "X-Forwarded-Host: evil.example",
    ),
    *("Connection: upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: x\r\nSec-WebSocket-Version: 13", "Upgrade: h2c"),
    *(
        "Expect: 100-continue",
        "Expect: nonsense",
        "If-None-Match: *",
        'If-None-Match: "' + "a" * 3_000,
        "Range: bytes=0-1,5-",
    ),
    *(
        "Accept-Language: zh-CN,zh;q=0.9",
        "Accept-Language: " + "x," * 2_000,
        "Content-Encoding: gzip",
        "Cookie: " + "a=b; " * 500,
    ),
    *(
        "Transfer-Encoding: chunked, identity",
        "TE: trailers",
        "X: \x00",
        "X:\r\n folded",
        ": no name",
        "no colon",
        "X-\xff: \xff",
    ),
    *(
        "A" * 9_000 + ": x",
        "\r\n".join(f"X-{n}: y" for n in range(300)),
        "Origin: null",
        "Access-Control-Request-Method: PUT",
    ),
    *(
        "Authorization: Basic !!!!",
        "Content-Length: 5",
        "Forwarded: for=unknown",
        "If-Modified-Since: never",
        "Keep-Alive: -1",
    ),
)
LENGTHS = (
    "-1",
    "abc",
    "1e3",
    "0x10",
    "99999999999999999999",
    "1 1",
    "5, 5",
    "+3",
    "",
    "00000000000000000000007",
    "1000001",
)
CHUNKS = (
    "zz\r\nabc\r\n0\r\n\r\n",
    "5\r\nab",
    "-5\r\nabcde\r\n0\r\n\r\n",
    "ffffffffffffffff\r\n",
    "3;x=y\r\nASK\r\n0\r\n\r\n",
    "\r\n\r\n",
)


def _quoted(text, chance):
    """A value as a client might send it, or nearly."""
    return _escaped(text) if chance.random() < 0.7 else text.replace(" ", "+")[:4_000]


def requests(number, seed):
    """So many malformed requests, as bytes, each with whether it is whole: HTTP that has an answer."""
    chance = random.Random(seed)  # noqa: S311 - nothing is secret
    for _ in range(number):
        yield _request(chance)


def _request(chance):
    """Most are HTTP, so that they come as far as the program that answers; what they ask for is not."""
    return (_http(chance), True) if chance.random() < 0.6 else (_anything(chance), False)


_KNOWN = ("GET", "GET", "GET", "HEAD", "POST", "POST", "OPTIONS", "PUT", "DELETE", "TRACE", "PROPFIND")
_UNSAFE = re.compile(r"[^!-~]")
_FIELD = re.compile(r"[!-9;-~]+: [ -~]*")


def _http(chance):
    """A request that is HTTP."""
    method, place = chance.choice(_KNOWN), chance.choice(PLACES)
    pairs = (
        f"{chance.choice(NAMES)}={_escaped(chance.choice(QUERIES))}" for _ in range(chance.choice((0, 1, 1, 2, 300)))
    )
    parameters = "&".join(pairs)
    body, lines = b"", ["Host: localhost", "Connection: close"]
    lines += [f"Accept: {_UNSAFE.sub('', chance.choice(ACCEPTS))}"] * (chance.random() < 0.7)
    lines += [
        line for line in chance.sample(HEADERS, 2) if _FIELD.fullmatch(line) and line[:7] not in {"Content", "Transfe"}
    ]
    if method == "POST":
        media_type = _UNSAFE.sub("", chance.choice(TYPES))
        body = parameters.encode() if "form" in media_type else _bytes(chance.choice(QUERIES))
        parameters = parameters if chance.random() < 0.3 else ""
        lines += [f"Content-Type: {media_type}", f"Content-Length: {len(body)}"]
    if method != "POST" or not body:
        place = chance.choice((place, *(f"{answering}?{parameters}" for answering in ANSWERING)))
    elif chance.random() < 0.8:
        place = chance.choice((*ANSWERING, f"sparql?{parameters}"))
    target = "/" + _UNSAFE.sub(lambda found: _escaped(found[0]), place)
    return "\r\n".join([f"{method} {target} HTTP/1.1", *lines, "", ""]).encode("ascii") + body


@lru_cache
def _escaped(text):
    return "".join(f"%{byte:02X}" for byte in text.encode("utf-8", "surrogatepass"))


def _anything(chance):
    """A request that may be no HTTP at all."""
    method, place = chance.choice(METHODS), chance.choice(PLACES)
    if place.startswith("sparql") and chance.random() < 0.8:
        pairs = (
            f"{chance.choice(NAMES)}={_quoted(chance.choice(QUERIES), chance)}" for _ in range(chance.randint(1, 3))
        )
        place += "?" + "&".join(pairs)
    target = place if chance.random() < 0.1 else f"/{place}"
    lines = [f"{method} {target} {chance.choice(VERSIONS)}"]
    if chance.random() < 0.9:
        lines.append("Host: localhost")
    lines += [f"Accept: {chance.choice(ACCEPTS)}"] * (chance.random() < 0.6)
    lines += chance.sample(HEADERS, chance.choice((0, 0, 1, 1, 2, 5)))
    body = ""
    if method == "POST" or chance.random() < 0.1:
        body = chance.choice(QUERIES)
        media_type = chance.choice(TYPES)
        if "form" in media_type:
            body = "&".join(f"{chance.choice(NAMES)}={_quoted(body, chance)}" for _ in range(chance.randint(1, 4)))
        lines.append(f"Content-Type: {media_type}")
        kind = chance.random()
        if kind < 0.6:
            lines.append(f"Content-Length: {len(_bytes(body))}")
        elif kind < 0.75:
            lines.append(f"Content-Length: {chance.choice(LENGTHS)}")
        elif kind < 0.9:
            lines.append("Transfer-Encoding: chunked")
            body = chance.choice((*CHUNKS, f"{len(_bytes(body)):x}\r\n{body}\r\n0\r\n\r\n"))
    made = _bytes("\r\n".join([*lines, "Connection: close", "", body]))
    return _mangled(made, chance)


@lru_cache
def _bytes(text):
    return b"".join(
        char.encode("latin-1") if ord(char) < 256 else char.encode("utf-8", "surrogatepass") for char in text
    )


def _mangled(made, chance):
    """A request as it is, or with some of its bytes changed, cut off, or more behind it."""
    kind = chance.random()
    if kind < 0.7:
        return made
    changed = bytearray(made)
    if kind < 0.8:
        for _ in range(chance.randint(1, 8)):
            changed[chance.randrange(len(changed))] = chance.randrange(256)
    elif kind < 0.87:
        del changed[chance.randrange(len(changed)) :]
    elif kind < 0.94:
        changed += chance.choice(
            (b"GET / HTTP/1.1\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\x00", b"\r\n" * 50, b"\x00" * 500, made)
        )
    else:
        changed = bytearray(bytes(changed).replace(b"\r\n", chance.choice((b"\n", b"\r", b"\r\r\n"))))
    return bytes(changed)


@dataclass(frozen=True)
class Came:
    """What came back: the statuses of the replies, and all bytes."""

    statuses: tuple[int, ...]
    content: bytes


def exchange(address, sent, *, is_whole, patience=10.0):
    """Send bytes, say that no more come unless they are a whole request, and take what comes until the server closes.

    Raises:
        TimeoutError: The server does not close in time.
    """
    with socket.create_connection(address, timeout=patience) as connection:
        received = bytearray()
        try:
            connection.sendall(sent)
            if not is_whole:
                connection.shutdown(socket.SHUT_WR)
        except TimeoutError:
            raise
        except OSError:  # it closed already
            pass
        try:
            while piece := connection.recv(1 << 16):
                received += piece
        except ConnectionResetError:  # it closed while we still had something to say
            pass
    content = bytes(received)
    statuses = [int(rest[:3]) for rest in content.split(b"HTTP/1.1 ")[1:] if rest[:3].isdigit()]
    return Came(tuple(statuses), content)
