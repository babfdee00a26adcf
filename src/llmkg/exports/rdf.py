"""The data set, or some of it, as RDF."""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING, Final

import pyoxigraph as px

from llmkg.errors import ParameterError
from llmkg.files import replacing
from llmkg.terms import PREFIXES

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

__all__ = ["FORMATS", "in_order", "serialized", "write_dataset"]

FORMATS: Final = {
    "jsonld": px.RdfFormat.JSON_LD,
    "nquads": px.RdfFormat.N_QUADS,
    "trig": px.RdfFormat.TRIG,
    "ttl": px.RdfFormat.TURTLE,
}


def write_dataset(quads: Iterable[px.Quad], format_: str, path: Path) -> list[str]:
    """Write statements as RDF: the same bytes in whatever order they come and however their blank nodes are called.

    Args:
        quads: The statements, such as an embedded store's ``engine``.
        format_: One of ``jsonld``, ``nquads``, ``trig``, ``ttl``.
        path: The file.

    Returns:
        What the format cannot hold.

    Raises:
        ParameterError: There is no such format.
        ReadError: The file cannot be written.

    >>> import pathlib, tempfile
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "x.nq"
    >>> write_dataset([px.Quad(*[px.NamedNode("urn:x")] * 4)], "nquads", path)
    []
    >>> path.read_text().split()
    ['<urn:x>', '<urn:x>', '<urn:x>', '<urn:x>', '.']
    """
    if format_ not in FORMATS:
        raise ParameterError(f"There is no RDF format {format_!r}.", hint=f"Choose one of {', '.join(FORMATS)}.")
    ordered = in_order(quads)
    notes = []
    if format_ == "ttl" and any(quad.graph_name != px.DefaultGraph() for quad in ordered):
        notes.append("Turtle has no named graphs: which file says what is left out. Use trig or nquads for that.")
    with replacing(path) as new:
        new.write_bytes(serialized(ordered, format_))
    return notes


def in_order(quads: Iterable[px.Quad]) -> list[px.Quad]:
    """Statements by graph, subject, predicate and object, each once, their blank nodes named by what is said of them.

    Args:
        quads: The statements, in any order.
    """
    held = list(dict.fromkeys(quads))
    if any(isinstance(term, px.BlankNode) for quad in held for term in (quad.subject, quad.object, quad.graph_name)):
        dataset = px.Dataset(held)
        dataset.canonicalize(px.CanonicalizationAlgorithm.RDFC_1_0)
        held = list(dataset)
    keys = [(str(quad.graph_name), line) for quad, line in zip(held, _lines(quad.triple for quad in held), strict=True)]
    return [held[place] for place in sorted(range(len(held)), key=keys.__getitem__)]


def serialized(ordered: Iterable[px.Quad], format_: str) -> bytes:
    r"""Statements as RDF.

    Args:
        ordered: The statements, as :func:`in_order` gives them.
        format_: One of ``jsonld``, ``nquads``, ``trig``, ``ttl``.

    >>> serialized([px.Quad(*[px.NamedNode("urn:x")] * 4)], "nquads")
    b'<urn:x> <urn:x> <urn:x> <urn:x> .\n'
    """
    data: Iterable[px.Quad] | Iterable[px.Triple] = ordered
    if format_ == "ttl":
        triples = list(dict.fromkeys(quad.triple for quad in ordered))
        data = [triple for _, triple in sorted(zip(_lines(triples), triples, strict=True), key=itemgetter(0))]
    return px.serialize(data, format=FORMATS[format_], prefixes=None if format_ == "nquads" else PREFIXES) or b""


def _lines(triples: Iterable[px.Triple]) -> list[bytes]:
    """Each triple as N-Triples has it."""
    return (px.serialize(triples, format=px.RdfFormat.N_TRIPLES) or b"").split(b"\n")[:-1]
