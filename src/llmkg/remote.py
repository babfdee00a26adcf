"""What every request to another machine needs: who we are, who the user is, and how long to wait for a busy server."""

from __future__ import annotations

import base64
import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from llmkg.errors import EndpointError

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "ATTEMPTS",
    "BUSY",
    "HOW_TO_SIGN_IN",
    "Credentials",
    "check_address",
    "credentials_for",
    "looks_like_a_page",
    "pause",
    "user_agent",
]

ATTEMPTS: Final = 4
"""How often a request is sent to a server that says it is busy."""

BUSY: Final = frozenset({429, 503})
"""The statuses by which a server says so."""

HOW_TO_SIGN_IN: Final = (
    "Set LLMKG_ENDPOINT_USER and LLMKG_ENDPOINT_PASSWORD, or LLMKG_ENDPOINT_TOKEN, or write them in ~/.netrc."
)
"""What to do about a server that does not know the user."""

_FIRST_PAUSE: Final = 0.5
_LONGEST_PAUSE: Final = 30.0
_USER: Final = "LLMKG_ENDPOINT_USER"
_PASSWORD: Final = "LLMKG_ENDPOINT_PASSWORD"  # noqa: S105 - the name of a variable
_TOKEN: Final = "LLMKG_ENDPOINT_TOKEN"  # noqa: S105 - the name of a variable


@dataclass(frozen=True, slots=True)
class Credentials:
    """A name and a password, or a token.

    Attributes:
        user: The name; empty with a token.
        password: The password.
        token: The token; empty with a name.
    """

    user: str = ""
    password: str = field(default="", repr=False)
    token: str = field(default="", repr=False)

    def header(self) -> str:
        """The value of an ``Authorization`` header: bearer for a token, else basic.

        >>> Credentials("ada", "secret").header()
        'Basic YWRhOnNlY3JldA=='
        """
        if self.token:
            return f"Bearer {self.token}"
        return "Basic " + base64.b64encode(f"{self.user}:{self.password}".encode()).decode("ascii")


def credentials_for(url: str, *, environment: Mapping[str, str] = os.environ) -> Credentials | None:
    """Who the user is to a server.

    Args:
        url: An address on the server.
        environment: Holds ``LLMKG_ENDPOINT_TOKEN``, or ``LLMKG_ENDPOINT_USER`` and ``LLMKG_ENDPOINT_PASSWORD``; else
            the host is looked up in the file that ``NETRC`` names, by default ``~/.netrc``.

    Returns:
        The credentials; None if there are none.

    Raises:
        EndpointError: Only one of user and password is set, the token is none, or the file cannot be read.

    >>> credentials_for("https://example.org/sparql", environment={"LLMKG_ENDPOINT_TOKEN": "t"}).header()
    'Bearer t'
    """
    if token := environment.get(_TOKEN):
        if not (token.isascii() and token.isprintable()):
            raise EndpointError(
                "The token holds a character that a request cannot carry.", where=_TOKEN, hint="Is there a line break?"
            )
        return Credentials(token=token)
    user, password = environment.get(_USER), environment.get(_PASSWORD)
    if user and password is not None:
        return Credentials(user, password)
    if user or password:
        raise EndpointError(f"Of {_USER} and {_PASSWORD} only one is set.", hint="Set both, or neither.")
    return _from_netrc(urlsplit(url).hostname or "", environment.get("NETRC", ""))


def _from_netrc(host: str, named: str) -> Credentials | None:
    from netrc import NetrcParseError, netrc

    path = named or os.path.expanduser("~/.netrc")  # noqa: PTH111 - netrc takes a text, and there may be no home
    try:
        found = netrc(path).authenticators(host)
    except FileNotFoundError:
        if not named:
            return None
        raise EndpointError("There is no such file.", where=named, hint="Correct or unset NETRC.") from None
    except NetrcParseError as error:
        raise EndpointError(f"{error.msg}.", where=f"{path}:{error.lineno}", hint="Correct the file.") from None
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is no text"
        raise EndpointError(
            f"The file cannot be read ({reason}).", where=path, hint="Correct or unset NETRC."
        ) from None
    if found is None:
        return None
    user, account, password = found
    return Credentials(user or account or "", password or "")


def check_address(url: str) -> str:
    """The address itself, if a request may be sent to it.

    Raises:
        EndpointError: It is not one of http or https, or it holds a password.

    >>> check_address("file:///etc/hostname")
    Traceback (most recent call last):
    llmkg.errors.EndpointError: file:///etc/hostname: This is not the address of a server. It begins with http:// or ...
    """
    try:
        parts = urlsplit(url)
        known = parts.scheme in {"http", "https"} and bool(parts.hostname) and (parts.port is None or parts.port > 0)
        (parts.hostname or "").encode("idna")  # as every connection does: it refuses http://a..b/
    except ValueError:
        known, parts = False, None
    if parts and "@" in parts.netloc:
        raise EndpointError(
            "An address must not hold a name or password.",
            where=f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}",
            hint=f"Set {_USER} and {_PASSWORD}, or use ~/.netrc.",
        )
    if not known or not url.isascii() or not url.isprintable() or " " in url:
        raise EndpointError(
            "This is not the address of a server.", where=url, hint="It begins with http:// or https:// and a host."
        )
    return url


def pause(attempt: int, retry_after: str | None) -> float:
    """How long to wait before asking a busy server again.

    Args:
        attempt: How often it was asked, from 1.
        retry_after: What its ``Retry-After`` header says: seconds or a date; None if it has none.

    Returns:
        Seconds, at most 30: what the server says, else half a second, doubled each time.

    >>> pause(1, None), pause(3, None), pause(1, "7"), pause(1, "3600")
    (0.5, 2.0, 7.0, 30.0)
    """
    seconds = _asked_for(retry_after)
    if seconds is None:
        seconds = _FIRST_PAUSE * 2 ** (attempt - 1)
    return min(max(seconds, 0.0), _LONGEST_PAUSE)


def _asked_for(retry_after: str | None) -> float | None:
    from datetime import UTC, datetime
    from email.utils import parsedate_to_datetime

    text = (retry_after or "").strip()
    if text.isdecimal():
        return float(text[:9])
    try:
        date = parsedate_to_datetime(text)
    except ValueError:
        return None
    return (date.replace(tzinfo=date.tzinfo or UTC) - datetime.now(UTC)).total_seconds()


def looks_like_a_page(content: bytes, kind: str) -> bool:
    """Whether an answer is a web page, by its type or by how it begins.

    >>> looks_like_a_page(b"<!DOCTYPE html><p>Hello", "application/json")
    True
    """
    return kind in {"text/html", "application/xhtml+xml"} or content.lstrip()[:14].lower().startswith(
        (b"<!doctype html", b"<html")
    )


def user_agent() -> str:
    """The name and version under which requests are sent.

    >>> user_agent()
    'llm-lineage/...'
    """
    from importlib.metadata import PackageNotFoundError, version

    try:
        return f"llm-lineage/{version('llm-lineage')}"
    except PackageNotFoundError:
        return "llm-lineage/unknown"
