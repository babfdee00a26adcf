"""A store on another machine: any endpoint that speaks the SPARQL 1.1 Protocol.

A query sees what the endpoint takes as its default graph: that must be all of the graph, as one (Virtuoso does so;
Oxigraph with ``--union-default-graph``, or with ``?union-default-graph`` behind the address).
"""

from __future__ import annotations

import time
from http.client import HTTPException
from typing import TYPE_CHECKING, Final
from urllib.error import HTTPError, URLError
from urllib.parse import parse_qsl, quote_plus, urlsplit

from SPARQLWrapper import JSON, POST, SPARQLWrapper

from llmkg.deadlines import Deadline
from llmkg.errors import EndpointError, LlmkgError, QuerySyntaxError, QueryTimeoutError
from llmkg.guard import refuse_service
from llmkg.remote import (
    ATTEMPTS,
    BUSY,
    HOW_TO_SIGN_IN,
    check_address,
    credentials_for,
    looks_like_a_page,
    pause,
    user_agent,
)
from llmkg.results import GRAPHS, answer_of, body_of
from llmkg.terms import PREFIXES
from llmkg.tokens import declared_prefixes, scan

if TYPE_CHECKING:
    from http.client import HTTPResponse
    from urllib.request import Request

    from llmkg.remote import Credentials
    from llmkg.store import Rows, Triples

__all__ = ["EndpointStore"]

_LONGEST_GET: Final = 2_000
_LONGEST_SAID: Final = 65_536

_BAD_REQUEST: Final = 400
_UNAUTHORIZED: Final = frozenset({401, 403})
_NOT_FOUND: Final = 404
_GAVE_UP: Final = frozenset({408, 504})


class EndpointStore:
    """A SPARQL 1.1 endpoint as a store, through SPARQLWrapper.

    Credentials come from the environment or netrc (see :func:`llmkg.remote.credentials_for`), are sent to the address
    alone, and do not follow a redirect.

    Args:
        url: Address of the endpoint.
        seconds: How long to wait for an answer, pauses for a busy endpoint included.

    Raises:
        EndpointError: The address is none, or the credentials cannot be read.

    >>> EndpointStore("http://127.0.0.1:9/sparql").query("ASK {}")
    Traceback (most recent call last):
    llmkg.errors.EndpointError: http://127.0.0.1:9/sparql: The endpoint cannot be reached ... Check the address and ...
    """

    def __init__(self, url: str, *, seconds: float = 60) -> None:
        self.url = check_address(url)
        self.seconds = seconds
        self._credentials = credentials_for(url)

    def query(self, text: str) -> Rows | Triples | bool:
        """Run a query; see :meth:`llmkg.store.Store.query`. The prefixes of llmkg need not be declared.

        Raises:
            QuerySyntaxError: The text is not a query, by our reading or by the endpoint's.
            QueryTimeoutError: No answer, or only a part of it, came in time.
            EndpointError: It cannot be reached, refuses us, stays busy, or what it sends is not a whole answer.
        """
        refuse_service(text)
        form = _form(text)
        with Deadline(self.seconds) as deadline:
            try:
                response, content = self._send(form, _with_prefixes(text), deadline)
            except (OSError, HTTPException) as error:
                if deadline.has_passed() or TimeoutError in {type(error), type(getattr(error, "reason", None))}:
                    raise self._late() from None
                reason = getattr(error, "reason", None) or str(error) or type(error).__name__
                raise EndpointError(
                    f"The endpoint cannot be reached ({str(reason).strip()}).",
                    where=self.url,
                    hint="Check the address and the network.",
                ) from None
        return answer_of(response, content, form=form, where=self.url)

    def _send(self, form: str, text: str, deadline: Deadline) -> tuple[HTTPResponse, bytes]:
        """Send a query, again if the endpoint is busy; the answer, and its content.

        Raises:
            OSError: The endpoint cannot be reached, or does not answer in time.
            HTTPException: What it sends is not HTTP.
            LlmkgError: It refuses, stays busy, or its answer is cut short.
        """
        attempt = 0
        while True:
            attempt += 1
            try:
                with _Wrapper(self.url, form, text, self._credentials).open(deadline) as response:
                    return response, body_of(response, deadline, where=self.url)
            except HTTPError as error:
                with error:
                    wait = pause(attempt, error.headers.get("Retry-After"))
                    if error.code not in BUSY or attempt == ATTEMPTS or wait > deadline.left():
                        raise self._refusal(error, attempt) from None
                time.sleep(wait)

    def _late(self) -> QueryTimeoutError:
        return QueryTimeoutError(
            f"No answer within {self.seconds:g} seconds.", where=self.url, hint="Ask for less, or wait longer."
        )

    def _refusal(self, error: HTTPError, attempt: int) -> LlmkgError:
        """What a status other than success means."""
        code = error.code
        if code == _BAD_REQUEST:
            return QuerySyntaxError("The endpoint says that this is no query.", where=self.url, hint=_said(error))
        if code in _GAVE_UP:
            return QueryTimeoutError(f"The endpoint gave up (HTTP {code}).", where=self.url, hint="Ask for less.")
        if code in BUSY:
            what, hint = f"The endpoint is too busy (HTTP {code}, asked {attempt} times).", "Try later."
        elif code in _UNAUTHORIZED:
            given = "refuses the credentials" if self._credentials else "wants credentials"
            what, hint = f"The endpoint {given} (HTTP {code}).", HOW_TO_SIGN_IN
        elif code == _NOT_FOUND:
            what, hint = (
                "There is nothing at this address (HTTP 404).",
                "Check it: SPARQL is often at /sparql or /query.",
            )
        elif target := error.headers.get("Location"):
            what, hint = f"The endpoint is elsewhere (HTTP {code}).", f"Ask at {target}"
        else:
            what, hint = f"The endpoint failed (HTTP {code}).", _said(error)
        return EndpointError(what, where=self.url, hint=hint)


class _Wrapper(SPARQLWrapper):
    """A request of SPARQLWrapper, but for three things.

    What kind of query it is was found by reading it; an address may have parameters of its own; and what identifies the
    user stays with the first host, for urllib would copy it into the request that follows a redirect.
    """

    def __init__(self, url: str, form: str, text: str, credentials: Credentials | None) -> None:
        self._form = form
        self._authorization = credentials.header() if credentials else ""
        parts = urlsplit(url)
        super().__init__(parts._replace(query="", fragment="").geturl(), agent=user_agent())
        for name, value in parse_qsl(parts.query, keep_blank_values=True):
            self.addParameter(name, value)
        self.setOnlyConneg(True)  # Virtuoso answers a CONSTRUCT with 406 when its name for a format is none it knows
        self.setQuery(text)
        if form in GRAPHS:
            self.addCustomHttpHeader("Accept", "application/n-triples, text/turtle;q=0.9")
        else:
            self.setReturnFormat(JSON)
        if len(quote_plus(text)) > _LONGEST_GET:
            self.setMethod(POST)

    def _parseQueryType(self, _query: str) -> str:  # noqa: N802 - the library's name
        return self._form

    def open(self, deadline: Deadline) -> HTTPResponse:
        """Send the request.

        Raises:
            HTTPError: The status is not one of success.
            OSError: The server cannot be reached, or sends us to an address that is none.
        """
        request: Request = self._createRequest()
        if self._authorization:
            request.add_unredirected_header("Authorization", self._authorization)
        try:
            return deadline.open(request)
        except ValueError as error:
            raise URLError(f"it sends us to an address that is none: {error}") from None


def _said(error: HTTPError) -> str:
    """The beginning of what a refusal says, if it is not a web page."""
    try:
        content = error.read(_LONGEST_SAID)
    except (OSError, HTTPException):
        return ""
    if looks_like_a_page(content, error.headers.get_content_type()):
        return ""
    return " ".join(content.decode("utf-8", "replace").split())[:200]


_FORMS: Final = GRAPHS | {"SELECT", "ASK"}


def _form(text: str) -> str:
    """SELECT, ASK, CONSTRUCT or DESCRIBE: the first word that is not of the prologue.

    Raises:
        QuerySyntaxError: It is another word, or there is none.
    """
    words = (token.text.upper() for token in scan(text) if token.kind == "word")
    form = next((word for word in words if word not in {"PREFIX", "BASE"}), "")
    if form not in _FORMS:
        raise QuerySyntaxError(
            f"Not a SPARQL query: it begins with {form}." if form else "Not a SPARQL query.",
            hint="Ask with SELECT, ASK, CONSTRUCT or DESCRIBE; nothing can be changed.",
        )
    return form


def _with_prefixes(text: str) -> str:
    """The query with the prefixes of llmkg that it uses and does not declare, on its own first line."""
    tokens = [token for token in scan(text) if token.kind != "comment"]
    used = {token.text.partition(":")[0] for token in tokens if token.kind == "name"}
    missing = used & PREFIXES.keys() - declared_prefixes(tokens)
    return "".join(f"PREFIX {prefix}: <{PREFIXES[prefix]}> " for prefix in sorted(missing)) + text
