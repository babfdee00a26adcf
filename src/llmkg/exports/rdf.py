"""The data set, or some of it, as RDF."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pyoxigraph as px

from llmkg.errors import ParameterError
from llmkg.files import replacing
from llmkg.terms import PREFIXES

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

__all__ = ["FORMATS", "write_dataset"]

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
    dataset = px.Dataset(quads)
    dataset.canonicalize(px.CanonicalizationAlgorithm.RDFC_1_0)
    ordered = sorted(
        dataset, key=lambda quad: (str(quad.graph_name), str(quad.subject), str(quad.predicate), str(quad.object))
    )
    notes = []
    data: Iterable[px.Quad] | Iterable[px.Triple] = ordered
    if format_ == "ttl":
        data = sorted(dict.fromkeys(quad.triple for quad in ordered), key=str)
        if any(quad.graph_name != px.DefaultGraph() for quad in ordered):
            notes.append("Turtle has no named graphs: which file says what is left out. Use trig or nquads for that.")
    prefixes = None if format_ == "nquads" else PREFIXES
    with replacing(path) as new:
        new.write_bytes(px.serialize(data, format=FORMATS[format_], prefixes=prefixes) or b"")
    return notes
