"""What a server is to serve, read into memory: the graph of llmkg, or any other RDF."""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pyoxigraph as px

from llmkg.errors import ReadError
from llmkg.server.pages import Pages
from llmkg.server.protocol import Limits
from llmkg.server.tasks import Holding, answer

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["hold"]

_FORMATS: Final = {
    ".jsonld": px.RdfFormat.JSON_LD,
    ".n3": px.RdfFormat.N3,
    ".nq": px.RdfFormat.N_QUADS,
    ".nt": px.RdfFormat.N_TRIPLES,
    ".rdf": px.RdfFormat.RDF_XML,
    ".trig": px.RdfFormat.TRIG,
    ".ttl": px.RdfFormat.TURTLE,
    ".xml": px.RdfFormat.RDF_XML,
}


def hold(settings: dict[str, Any]) -> Holding:
    """Read what is to be served.

    Args:
        settings: ``base``, ``limits`` (the fields of :class:`llmkg.server.protocol.Limits`), and ``data`` (other RDF: a file
            or a folder) or ``folder`` (a checkout of llmkg; empty for the one that is found).

    Raises:
        ReadError: It cannot be read.
        StoreError: The snapshot cannot be put in place or opened.
    """
    limits = Limits(**settings["limits"])
    if settings["data"]:
        store, digest = _other(Path(settings["data"]))
        return Holding(store, union=False, graph=None, pages=None, limits=limits, digest=digest, base=settings["base"])
    return _own(settings, limits)


def _own(settings: dict[str, Any], limits: Limits) -> Holding:
    from llmkg.knowledge import load
    from llmkg.server.messages import Request
    from llmkg.site.sections import Setting
    from llmkg.site.whole import sections_of

    graph = load(settings["folder"] or None, notify=_tell)
    setting = Setting(graph, settings["base"], live=True)
    holding = Holding(
        graph.snapshot.store.engine,
        union=True,
        graph=graph,
        pages=Pages(setting, sections_of(setting)),
        limits=limits,
        digest=graph.project.digest,
        base=settings["base"],
    )
    for path in _FIRST:  # what workers need is made once, before there are any
        answer(holding, Request("GET", path, (("query", "ASK {}"),) if path == "sparql" else ()))
    return holding


def _tell(text: str) -> None:
    """Tell whoever keeps the server."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


_FIRST: Final = ("", "sparql", "id/family/llama.html", "id/family/llama.ttl", "data/index.html", "catalog.ttl")


def _other(place: Path) -> tuple[px.Store, str]:
    """A store of the RDF in a file, or in the files of a folder, and a digest of it."""
    store = px.Store()
    digest = hashlib.sha256()
    files = list(_files(place))
    if not files:
        raise ReadError("It holds no RDF.", where=str(place), hint=f"Its files end in {', '.join(_FORMATS)}.")
    for file in files:
        try:
            content = file.read_bytes()
            digest.update(content)
            store.bulk_load(content, format=_FORMATS[file.suffix.lower()], base_iri=file.resolve().as_uri())
        except OSError as error:
            raise ReadError(f"It cannot be read ({error.strerror}).", where=str(file)) from None
        except (SyntaxError, ValueError) as error:
            raise ReadError(f"It is not what its name says: {error}.", where=str(file)) from None
    return store, digest.hexdigest()


def _files(place: Path) -> Iterable[Path]:
    if place.is_dir():
        return sorted(path for path in place.rglob("*") if path.suffix.lower() in _FORMATS and path.is_file())
    if place.suffix.lower() not in _FORMATS:
        raise ReadError(
            "Its name does not say which RDF it is.", where=str(place), hint=f"End in {', '.join(_FORMATS)}."
        )
    return [place]
