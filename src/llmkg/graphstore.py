"""A remote store's graphs, by the SPARQL 1.1 Graph Store HTTP Protocol.

The requests are httpx's: it answers a digest challenge once and not for every graph, follows no redirect unasked, and
reads what a server says that refuses a long body half-way; urllib does none of that.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final, Self

import httpx
import pyoxigraph as px

from llmkg.errors import EndpointError
from llmkg.remote import ATTEMPTS, BUSY, HOW_TO_SIGN_IN, check_address, credentials_for, pause, user_agent

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable

    from llmkg.remote import Credentials

__all__ = ["GraphStore"]

_SECONDS: Final = 300


class GraphStore:
    """A store of named graphs on another machine.

    Args:
        url: Address of its Graph Store Protocol. Who the user is comes from the environment or netrc.

    Raises:
        EndpointError: The address is none, or the credentials or the proxy that the environment names cannot be used.

    >>> with GraphStore("http://127.0.0.1:9/store") as store:
    ...     store.remove("https://example.org/graph")
    Traceback (most recent call last):
    llmkg.errors.EndpointError: http://127.0.0.1:9/store: The store cannot be reached ...
    """

    def __init__(self, url: str) -> None:
        self.url = check_address(url)
        self._credentials = credentials_for(url)
        try:
            self._client = httpx.Client(
                auth=_Authentication(self._credentials) if self._credentials else None,
                headers={"User-Agent": user_agent()},
                timeout=_SECONDS,
            )
        except (ImportError, ValueError) as error:
            raise self._wrong(
                f"The proxy that the environment names cannot be used: {str(error).partition('. ')[0]}.",
                "Correct or unset HTTP_PROXY, HTTPS_PROXY and ALL_PROXY.",
            ) from None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def get(self, graph: str) -> list[px.Triple]:
        """The triples of a graph; none if there is no such graph.

        Raises:
            EndpointError: The store refuses, cannot be reached, or sends something else.
        """
        response = self._send("GET", graph, missing_is_fine=True)
        if response.status_code == httpx.codes.NOT_FOUND:
            return []
        kind = response.headers.get("Content-Type", "").partition(";")[0].strip()
        form = px.RdfFormat.from_media_type(kind)
        try:
            if form is not None:
                return [quad.triple for quad in px.parse(response.content, format=form)]
        except (SyntaxError, ValueError):
            pass
        raise self._wrong(f"What the store sent as {kind or 'nothing'} is no graph.", _IS_IT_ONE)

    def put(self, graph: str, triples: Iterable[px.Triple]) -> None:
        """Replace a graph by what is given.

        Raises:
            EndpointError: The store refuses, or cannot be reached.
        """
        self._send("PUT", graph, content=px.serialize(triples, format=px.RdfFormat.N_TRIPLES))

    def remove(self, graph: str) -> None:
        """Remove a graph, which may be gone.

        Raises:
            EndpointError: The store refuses, or cannot be reached.
        """
        self._send("DELETE", graph, missing_is_fine=True)

    def _send(
        self, method: str, graph: str, *, content: bytes | None = None, missing_is_fine: bool = False
    ) -> httpx.Response:
        url = httpx.URL(self.url).copy_merge_params({"graph": graph})
        headers = (
            {"Content-Type": _N_TRIPLES} if content is not None else {"Accept": f"{_N_TRIPLES}, text/turtle;q=0.9"}
        )
        attempt = 0
        while True:
            attempt += 1
            try:
                response = self._client.request(method, url, content=content, headers=headers)
            except httpx.TimeoutException:
                raise self._wrong(f"No answer within {_SECONDS} seconds.", _GOES_ON) from None
            except httpx.HTTPError as error:
                raise self._wrong(
                    f"The store cannot be reached ({str(error) or type(error).__name__}).", _GOES_ON
                ) from None
            if response.is_success or (missing_is_fine and response.status_code == httpx.codes.NOT_FOUND):
                return response
            if response.status_code not in BUSY or attempt == ATTEMPTS:
                raise self._refusal(response)
            time.sleep(pause(attempt, response.headers.get("Retry-After")))

    def _refusal(self, response: httpx.Response) -> EndpointError:
        """What a status other than success means."""
        code = response.status_code
        if code in {401, 403}:
            given = "refuses the credentials" if self._credentials else "wants credentials"
            return self._wrong(f"The store {given} (HTTP {code}).", HOW_TO_SIGN_IN)
        if code in BUSY:
            return self._wrong(f"The store is too busy (HTTP {code}).", _GOES_ON)
        if target := response.headers.get("Location"):
            return self._wrong(f"The store is elsewhere (HTTP {code}).", f"Push to {target.partition('?')[0]}")
        if code in {404, 405, 501}:
            return self._wrong(f"There is no Graph Store at this address (HTTP {code}).", _IS_IT_ONE)
        return self._wrong(f"The store failed (HTTP {code}).", " ".join(response.text.split())[:200])

    def _wrong(self, what: str, hint: str) -> EndpointError:
        return EndpointError(what, where=self.url, hint=hint)


_N_TRIPLES: Final = "application/n-triples"
_GOES_ON: Final = "Push again: it goes on where it stopped."
_IS_IT_ONE: Final = "Oxigraph's is at /store, Virtuoso's at /sparql-graph-crud-auth."


class _Authentication(httpx.Auth):
    """A token is sent at once, a name and password only as the server asks for them: digest or basic."""

    def __init__(self, credentials: Credentials) -> None:
        self._credentials = credentials
        self._chosen: httpx.Auth | None = None

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Send a request, and again as its answer asks."""
        if self._credentials.token:
            request.headers["Authorization"] = self._credentials.header()
            yield request
            return
        if self._chosen is None:
            response = yield request
            self._chosen = self._choice(response)
        if self._chosen is not None:
            try:
                yield from self._chosen.auth_flow(request)
            except (ValueError, KeyError, NotImplementedError):
                raise httpx.RemoteProtocolError("it asks for credentials in a way that is not known") from None

    def _choice(self, response: httpx.Response) -> httpx.Auth | None:
        if response.status_code != httpx.codes.UNAUTHORIZED:
            return None
        schemes = [
            challenge.split(" ")[0].lower() for challenge in response.headers.get_list("WWW-Authenticate") if challenge
        ]
        if "digest" in schemes:
            return httpx.DigestAuth(self._credentials.user, self._credentials.password)
        if "basic" in schemes:
            return httpx.BasicAuth(self._credentials.user, self._credentials.password)
        return None
