"""The graph, opened: what most programs begin with."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pyoxigraph as px

from llmkg.errors import ParameterError
from llmkg.files import Project, find_project
from llmkg.snapshot import open_snapshot
from llmkg.terms import STRATA

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence
    from datetime import date
    from pathlib import Path

    import networkx as nx

    from llmkg.answers import Answer
    from llmkg.catalogue import Catalogue
    from llmkg.entities import Entity
    from llmkg.entries import Entry
    from llmkg.names import Names
    from llmkg.queries import Query
    from llmkg.records import Records
    from llmkg.snapshot import Snapshot
    from llmkg.store import Rows, Store, Triples
    from llmkg.views.frontier import Frontier
    from llmkg.views.matrix import Matrix
    from llmkg.walks import Lineage

__all__ = ["KnowledgeGraph", "Thing", "load"]


@dataclass(frozen=True)
class KnowledgeGraph:
    """An opened graph: its parts, which the functions of the other modules take, and the few things that one does most.

    Attributes:
        project: Where its files are.
        snapshot: The store, the names and the records of it.
        remote: The endpoint that is asked instead of the snapshot's store, if any.

    >>> import llmkg
    >>> kg = llmkg.load()
    >>> kg["羊驼"].label
    'LLaMA'
    >>> kg.query("techniques/adopters-of", technique="rope").columns[:2]
    ('adopter', 'used')
    """

    project: Project
    snapshot: Snapshot
    remote: Store | None = field(default=None, kw_only=True)

    @property
    def store(self) -> Store:
        """What answers SPARQL."""
        return self.remote or self.snapshot.store

    @property
    def names(self) -> Names:
        """What everything is called."""
        return self.snapshot.names

    def records_of(self, thing: str) -> Records:
        """The claims that mention a thing, its variants or its checkpoints, to be shown.

        Args:
            thing: IRI of the thing.
        """
        return self.snapshot.records if self.remote is None else _remote_records(self.remote, self.catalogue, thing)

    @cached_property
    def catalogue(self) -> Catalogue:
        """The saved questions."""
        from llmkg.catalogue import Catalogue

        return Catalogue(self.project)

    @cached_property
    def accepted(self) -> frozenset[str]:
        """IRIs of the statuses that the preference policy accepts."""
        from llmkg.statuses import accepted_statuses

        return accepted_statuses(self.store, self.catalogue)

    def statuses(
        self, wanted: Sequence[str] = (), *, all_claims: bool = False, question: Query | None = None
    ) -> frozenset[str] | None:
        """IRIs of the statuses that a claim may have to be shown, None for all; see :func:`llmkg.statuses.statuses_of`."""
        from llmkg.statuses import statuses_of

        return statuses_of(self.accepted, self.names, wanted, all_claims=all_claims, question=question)

    def __getitem__(self, name: str) -> Thing:
        """The thing that a name means: a label, alias or slug in either language, a prefixed name, or an IRI.

        Raises:
            NotFoundError: Nothing is called that; the hint suggests.
            AmbiguousNameError: Several things are called that.
        """
        return Thing(self, self.names.resolve(name))

    def query(  # noqa: PLR0913 - what may be chosen of an answer
        self,
        question: str,
        values: Mapping[str, Any] | None = None,
        /,
        *,
        statuses: Sequence[str] = (),
        all_claims: bool = False,
        why: bool = False,
        limit: int = 0,
        **more: Any,
    ) -> Answer:
        """Ask a saved question.

        Args:
            question: Its id, or a stem that only one has.
            values: Its parameters; see :func:`llmkg.arguments.terms_of`.
            statuses: Names of the statuses that a row's claim may have; by default those of the preference policy, unless
                the question is about claims of any status.
            all_claims: Whether rows of every status are given.
            why: Whether text shows the claims behind each row.
            limit: The most rows to give; 0 for all.
            **more: Parameters too, where that is easier to write.

        Raises:
            UnknownQueryError: There is no such question.
            ParameterError: A parameter is missing, unknown, or of the wrong type; or rows have no status to choose by.
            NotFoundError: Nothing has a name that was given.
            AmbiguousNameError: Several things have it.

        >>> import llmkg
        >>> len(llmkg.load().query("evaluation/frontier", benchmark="gsm8k", limit=2))
        2
        """
        from llmkg.arguments import terms_of
        from llmkg.replies import reply

        asked = self.catalogue[question]
        terms = terms_of(self.store, self.catalogue, self.names, asked, {**(values or {}), **more})
        chosen = self.statuses(statuses, all_claims=all_claims, question=asked)
        return reply(self.store, self.catalogue, self.names, asked, terms, statuses=chosen, with_why=why, limit=limit)

    def lineage_graph(
        self,
        *,
        strata: Collection[str] = STRATA,
        statuses: Sequence[str] = (),
        all_claims: bool = False,
    ) -> nx.MultiDiGraph[str]:
        """All lineage as a networkx graph; see :mod:`llmkg.views.description` for its attributes.

        Args:
            strata: The kinds of lineage to take, of :data:`llmkg.terms.STRATA`.
            statuses: Names of the statuses that a claim may have; by default those of the preference policy.
            all_claims: Whether claims of every status are taken.

        Raises:
            NotFoundError: No status has a name that was given.

        >>> import llmkg
        >>> graph = llmkg.load().lineage_graph(strata={"idea", "weights"})
        >>> sorted({data["stratum"] for _, _, data in graph.edges(data=True)})
        ['idea', 'weights']
        """
        from llmkg.views.strata import whole_lineage

        return whole_lineage(self, strata=strata, statuses=self.statuses(statuses, all_claims=all_claims))

    def view(
        self,
        name: str,
        values: Mapping[str, Any] | None = None,
        /,
        *,
        statuses: Sequence[str] = (),
        all_claims: bool = False,
        **more: Any,
    ) -> nx.MultiDiGraph[str] | Matrix | Frontier:
        """A view by its name; see :func:`llmkg.views.registry.view_of`.

        Args:
            name: One of :data:`llmkg.views.registry.VIEWS`.
            values: Its parameters.
            statuses: Names of the statuses that a claim may have; by default those of the preference policy.
            all_claims: Whether claims of every status are taken.
            **more: Parameters too, where that is easier to write.

        Raises:
            ParameterError: A parameter is missing, unknown or wrong.
            NotFoundError: There is no such view, or nothing has a name that was given.
            AmbiguousNameError: Several things have it.

        >>> import llmkg
        >>> kg = llmkg.load()
        >>> kg.view("technique-spread", technique="rope").has_node(kg["llama"].iri)
        True
        """
        from llmkg.views.registry import view_of

        chosen = self.statuses(statuses, all_claims=all_claims)
        return view_of(self, name, {**(values or {}), **more}, statuses=chosen)

    def sparql(self, text: str) -> Answer:
        """Ask any SPARQL 1.1 query. The prefixes of llmkg need not be declared.

        Raises:
            QuerySyntaxError: The text is not such a query, or asks another endpoint.

        >>> import llmkg
        >>> llmkg.load().sparql("SELECT ?t { family:llama llmkg:usesTechnique ?t } LIMIT 1").columns
        ('t',)
        """
        from llmkg.answers import Answer

        return Answer(self.store.query(text), self.names)

    def ask(self, text: str) -> Answer:
        """Answer a question in words, by the saved question that fits it best.

        Args:
            text: The question, in English or Chinese.

        Raises:
            NotFoundError: No saved question fits well enough; the hint has the nearest.

        >>> import llmkg
        >>> llmkg.load().ask("which models use rotary embeddings?").columns[0]
        'adopter'
        """
        from llmkg.matching import confident

        best = confident(text, self.catalogue, self.names)[0]
        return self.query(best.query, best.values)


@dataclass(frozen=True)
class Thing:
    """A thing in the graph.

    Attributes:
        graph: The graph.
        entry: What it is and what it is called.

    >>> import llmkg
    >>> llama = llmkg.load()["llama"]
    >>> llama.kind, llama.iri
    ('family', 'https://w3id.org/llmkg/id/family/llama')
    """

    graph: KnowledgeGraph = field(repr=False)
    entry: Entry

    @property
    def iri(self) -> str:
        """Its IRI."""
        return self.entry.iri

    @property
    def kind(self) -> str:
        """``family``, ``technique``, ``source`` ..."""
        return self.entry.kind

    @property
    def label(self) -> str:
        """Its English label."""
        return self.entry.label

    def claims(self) -> Entity:
        """Everything that is claimed about it.

        >>> import llmkg
        >>> llmkg.load()["gpt-4"].claims().claims[0].about
        'https://w3id.org/llmkg/id/family/gpt-4'
        """
        from llmkg.entities import claims_about

        return claims_about(self.graph.records_of(self.iri), self.graph.names, self.entry)

    def lineage(
        self, *, up: bool = True, down: bool = True, depth: int = 1, strata: Collection[str] = STRATA
    ) -> Lineage:
        """Where it came from and what came from it, by claims that the preference policy accepts.

        Args:
            up: Whether to look for what it came from.
            down: Whether to look for what came from it.
            depth: How many steps to go; 0 for as far as it goes.
            strata: The kinds of lineage to take.

        >>> import llmkg
        >>> kg = llmkg.load()
        >>> {kg.names.label(edge.parent) for edge in kg["llama"].lineage(down=False).up} >= {"PaLM", "GPT-3"}
        True
        """
        from llmkg.lineage import lineage_graph
        from llmkg.walks import lineage_of

        graph = self.graph
        near = lineage_graph(
            graph.store, graph.catalogue, strata=strata, statuses=graph.accepted, around=self.iri, up=up, down=down
        )
        return lineage_of(near, self.iri, up=up, down=down, depth=depth)


def load(
    folder: str | Path | None = None,
    *,
    in_memory: bool = True,
    as_of: str | date | None = None,
    endpoint: str = "",
    notify: Callable[[str], None] = lambda _: None,
) -> KnowledgeGraph:
    """Open the graph; the first time, its snapshot is built in the user's cache.

    Args:
        folder: A checkout of llmkg; see :func:`llmkg.files.find_project` for what is taken without it.
        in_memory: Whether to copy the snapshot into memory, which pays from the second question on.
        as_of: A day (``YYYY-MM-DD``, or a month or a year for its last day); the graph is then what sources published by
            that day say.
        endpoint: Address of a SPARQL endpoint that is asked instead; names are looked up in the graph here.
        notify: Told in a sentence if the cache cannot be written.

    Raises:
        ReadError: The folder does not hold a graph, or a file of it cannot be read or is not Turtle.
        StoreError: The snapshot cannot be put in place or opened.
        ParameterError: There is no such day, or an endpoint is asked for an earlier state.

    >>> import llmkg
    >>> llmkg.load().names.resolve("羊驼").en
    'LLaMA'
    >>> len(llmkg.load(as_of="2019").query("techniques/adopters-of", technique="rope"))
    0
    """
    if endpoint and as_of:
        raise ParameterError(
            "An endpoint answers with all that it holds.",
            where="as-of",
            hint="Ask the graph here, or push the earlier state to an endpoint of its own.",
        )
    day = None
    if as_of:
        from llmkg.publication import day_of

        day = day_of(as_of)
    project = find_project(folder)
    snapshot = open_snapshot(project, as_of=day, notify=notify)
    if endpoint:
        from llmkg.endpoint import EndpointStore

        return KnowledgeGraph(project, snapshot, remote=EndpointStore(endpoint))
    return KnowledgeGraph(project, snapshot.in_memory() if in_memory else snapshot)


def _remote_records(store: Store, catalogue: Catalogue, thing: str) -> Records:
    """The claims that mention a thing, its variants or its checkpoints, fetched from a store that keeps no records."""
    from llmkg.database import connect
    from llmkg.records import Records

    links = _triples(store.query(catalogue.text("entities/links")))
    database = connect()
    Records.write(database, links)
    members = [px.NamedNode(member) for member in Records(database).members(thing)]
    question = catalogue["entities/describe"]
    said = _triples(store.query(question.bind({"entity": members})))
    database = connect()
    Records.write(database, [*links, *said])
    return Records(database)


def _triples(answer: Rows | Triples | bool) -> list[px.Quad]:
    return [px.Quad(*triple) for triple in getattr(answer, "triples", ())]
