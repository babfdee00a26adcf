"""What the SPARQL service says of itself (https://www.w3.org/TR/sparql11-service-description/)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pyoxigraph as px

from llmkg.server.messages import Reply
from llmkg.server.negotiation import best_form
from llmkg.server.problems import Problem
from llmkg.server.protocol import GRAPH_FORMS, RESULT_FORMS
from llmkg.terms import RDF, XSD

if TYPE_CHECKING:
    from llmkg.server.messages import Request

__all__ = ["describe_service"]

_SD: Final = "http://www.w3.org/ns/sparql-service-description#"
_VOID: Final = "http://rdfs.org/ns/void#"
_FORMATS: Final = "http://www.w3.org/ns/formats/"
_WRITTEN: Final = (
    *("SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "SPARQL_Results_TSV"),
    *("Turtle", "N-Triples", "JSON-LD", "RDF_XML"),
)
_PREFIXES: Final = {"sd": _SD, "void": _VOID, "formats": _FORMATS, "xsd": XSD}


def describe_service(request: Request, address: str, triples: int, graphs: list[str], *, union: bool) -> Reply:
    """The description of the service.

    Args:
        request: The request, for the forms that it takes.
        address: Address of the service.
        triples: How many triples the default graph has.
        graphs: Names of the named graphs.
        union: Whether the default graph is the union of all graphs.

    Raises:
        Problem: 406 if there is no form that the client takes.

    >>> from llmkg.server.messages import Request
    >>> reply = describe_service(Request("GET", "sparql"), "https://example.org/sparql", 3, [], union=True)
    >>> b"sd:UnionDefaultGraph" in reply.body, b"Update" in reply.body
    (True, False)
    """
    forms = tuple(GRAPH_FORMS)
    media_type = best_form(request.accept, forms)
    if media_type is None:
        forms = tuple(dict.fromkeys((*RESULT_FORMS, *forms)))
        if best_form(request.accept, forms):
            raise Problem(400, "There is no parameter “query”.")
        raise Problem(406, f"There are {', '.join(forms)}.", headers=(("Vary", "Accept"),), available=list(forms))
    service, dataset, default = (px.NamedNode(address + part) for part in ("", "#dataset", "#default-graph"))
    said: list[tuple[px.NamedNode, str, px.NamedNode | px.Literal]] = [
        (service, RDF + "type", px.NamedNode(_SD + "Service")),
        (service, _SD + "endpoint", service),
        (service, _SD + "supportedLanguage", px.NamedNode(_SD + "SPARQL11Query")),
        (service, _SD + "defaultDataset", dataset),
        *((service, _SD + "resultFormat", px.NamedNode(_FORMATS + name)) for name in _WRITTEN),
        (dataset, RDF + "type", px.NamedNode(_SD + "Dataset")),
        (dataset, _SD + "defaultGraph", default),
        (default, RDF + "type", px.NamedNode(_SD + "Graph")),
        (default, _VOID + "triples", px.Literal(triples)),
    ]
    if union:
        said.append((service, _SD + "feature", px.NamedNode(_SD + "UnionDefaultGraph")))
    for place, name in enumerate(graphs, 1):
        graph = px.NamedNode(f"{address}#graph-{place}")
        said += [
            (dataset, _SD + "namedGraph", graph),
            (graph, RDF + "type", px.NamedNode(_SD + "NamedGraph")),
            (graph, _SD + "name", px.NamedNode(name)),
        ]
    body = px.serialize(
        [px.Triple(subject, px.NamedNode(predicate), value) for subject, predicate, value in said],
        format=GRAPH_FORMS[media_type],
        prefixes=_PREFIXES,
    )
    charset = "; charset=utf-8" if media_type.startswith("text/") else ""
    return Reply(200, media_type + charset, body or b"", (("Vary", "Accept"),))
