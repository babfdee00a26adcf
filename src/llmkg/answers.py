"""The answer to a question, in whatever form it is wanted."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from llmkg import output
from llmkg.conversions import data_frame, edge_graph
from llmkg.entities import in_words, plain_value
from llmkg.errors import ParameterError
from llmkg.store import Rows, Triples

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    import networkx as nx
    import pandas as pd

    from llmkg.evidence import Evidence
    from llmkg.names import Names
    from llmkg.store import Term

__all__ = ["Answer"]

_SHOWN_IN_NOTEBOOK = 100
_NO_ROWS = "No rows. That the graph holds nothing does not make it false."
_WHY = ("whyClaim", "whySource", "whyLocator", "whyStatus", "whyDate")


@dataclass(frozen=True)
class Answer:
    """What a question was answered with.

    It is a sequence of records: ``len(answer)``, ``answer[0]["technique"]``, ``for record in answer``. Shown in a notebook,
    it is a table.

    Attributes:
        content: Rows, triples of a graph, or a truth value, as the store gave them.
        names: Labels.
        types: What each column holds (``iri``, ``literal``, ``integer``, ``decimal``, ``any``), where the question says so.
        total: How many rows there were before a limit bit.
        left_out: How many rows were left out for the status of their claim.
        with_why: Whether text shows the claims behind each row too.
        find_evidence: Finds the claims behind rows; see :attr:`why`.
        describe: Finds the triples of claims, for the forms of a graph.

    >>> import llmkg
    >>> answer = llmkg.load().query("lineage/why", model="llama", technique="swiglu")
    >>> answer.columns[:3]
    ('adopter', 'technique', 'adoptedFrom')
    >>> answer[0]["locator"]
    'Section 2.2'
    """

    content: Rows | Triples | bool
    names: Names
    types: tuple[str, ...] = ()
    total: int = 0
    left_out: int = 0
    with_why: bool = False
    find_evidence: Callable[[Rows], tuple[tuple[Evidence, ...], ...]] | None = field(default=None, repr=False)
    describe: Callable[[list[str]], Collection[Any]] | None = field(default=None, repr=False)

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns."""
        return self._rows.columns

    @property
    def rows(self) -> tuple[tuple[Term | None, ...], ...]:
        """The rows as RDF terms; None where a cell is empty."""
        return self._rows.rows

    @cached_property
    def why(self) -> tuple[tuple[Evidence, ...], ...]:
        """For each row the claims behind it.

        >>> import llmkg
        >>> kg = llmkg.load()
        >>> answer = kg.query("lineage/why", model="llama", technique="swiglu")
        >>> answer.why[0][0].sentence(kg.names)
        'Touvron et al. 2023, Section 2.2, 2023-02-27 [stated by the developer] claim:llama_swiglu_touvron-2023'
        """
        if self.find_evidence is None or not isinstance(self.content, Rows):
            return tuple(() for _ in self.rows)
        return self.find_evidence(self.content)

    @property
    def _rows(self) -> Rows:
        if isinstance(self.content, Rows):
            return self.content
        if isinstance(self.content, Triples):
            return self.content.rows()
        return Rows(("answer",), ())

    def __bool__(self) -> bool:
        """Whether there is a row, or the truth value itself."""
        return self.content if isinstance(self.content, bool) else bool(self._rows.rows)

    def __len__(self) -> int:
        """How many rows there are."""
        return len(self._rows.rows)

    def __getitem__(self, place: int) -> dict[str, Any]:
        """The record of a row: IRIs and texts as text, numbers as numbers."""
        return dict(zip(self.columns, map(plain_value, self.rows[place]), strict=True))

    def __iter__(self) -> Iterator[dict[str, Any]]:
        """The records."""
        return (self[place] for place in range(len(self)))

    def text(self, format_: str = "table", *, width: int = 0) -> str:
        """The answer as text.

        Args:
            format_: One of :data:`llmkg.output.ROW_FORMATS` or :data:`llmkg.output.GRAPH_FORMATS`; rows as a graph are the
                claims behind them.
            width: Columns of the terminal, for a table; 0 for as wide as it gets.

        Raises:
            ParameterError: The form does not fit the answer.

        >>> import llmkg
        >>> print(llmkg.load().query("techniques/taxonomy", technique="swiglu").text("csv"), end="")
        narrower,broader,label,labelZh
        """
        if format_ in output.GRAPH_FORMATS and not isinstance(self.content, Triples):
            return output.graph_text(self._claims(format_), format_)
        if not self.with_why or not isinstance(self.content, Rows):
            return output.answer_text(self.content, format_, self.names, width=width)
        if format_ in {"json", "ndjson"}:
            records = [
                {**record, "why": [evidence.record(self.names) for evidence in found]}
                for record, found in zip(self, self.why, strict=True)
            ]
            return output.as_json(records) if format_ == "json" else output.json_lines(records)
        if format_ == "table":
            return self._page(width)
        return output.answer_text(self._with_evidence(), format_, self.names)

    def to_pandas(self, *, labels: bool = False) -> pd.DataFrame:
        """The answer as a pandas data frame; whole numbers are of type Int64, so that a missing one stays missing.

        Args:
            labels: Whether IRIs are replaced by English labels.

        Raises:
            LlmkgError: pandas is not installed.

        >>> import llmkg
        >>> frame = llmkg.load().query("entities/variants-of", family="llama").to_pandas()
        >>> str(frame["parameters"].dtype)
        'Int64'
        """
        return data_frame(self._rows, self.types, self.names, labels=labels)

    def to_networkx(self, source: str = "", target: str = "") -> nx.MultiDiGraph[str]:
        """The answer as a networkx graph: an edge a row, with the other columns as attributes.

        Args:
            source: Column of where an edge begins; by default the first that holds IRIs.
            target: Column of where it ends; by default the second. A row without either gives no edge.

        Raises:
            LlmkgError: There is no such column, or there are not two that hold IRIs.

        >>> import llmkg
        >>> graph = llmkg.load().query("lineage/descendants", model="gpt-2").to_networkx()
        >>> graph.number_of_edges() > 5
        True
        """
        return edge_graph(self._rows, source, target)

    def limited(self, rows: int) -> Answer:
        """The first rows; 0 for all."""
        if not rows or not isinstance(self.content, Rows) or len(self) <= rows:
            return self
        return replace(self, content=Rows(self.columns, self.rows[:rows]))

    def notices(self) -> list[str]:
        """What a person should know about rows that are not shown."""
        notices = []
        if self.total > len(self):
            notices.append(f"{len(self)} of {self.total} rows are shown.")
        if self.left_out:
            rows = "row has" if self.left_out == 1 else "rows have"
            notices.append(f"{self.left_out} more {rows} another status than those shown.")
        return notices

    def _repr_html_(self) -> str:
        shown = self._in_notebook()
        rows = shown._with_evidence() if self.with_why and isinstance(self.content, Rows) else shown._rows  # noqa: SLF001 - its own kind
        return output.html_text(rows, self.names, shown.notices() if shown else [_NO_ROWS, *shown.notices()])

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        """The forms among which a notebook chooses."""
        shown = self._in_notebook()
        below = "".join(f"\n{notice}\n" for notice in shown.notices())
        return {
            "text/plain": shown.text(width=120) + below,
            "text/html": self._repr_html_(),
            "text/markdown": shown.text("md") + below,
        }

    def _in_notebook(self) -> Answer:
        """The answer with no more rows than a notebook shows well."""
        return replace(self, total=max(self.total, len(self))).limited(_SHOWN_IN_NOTEBOOK)

    def _claims(self, format_: str) -> Collection[Any]:
        if not isinstance(self.content, Rows) or self.describe is None or self.find_evidence is None:
            raise ParameterError(
                f"{format_} is a form of graphs, and this answer has rows.",
                where="--format",
                hint="Ask with CONSTRUCT or DESCRIBE, or choose another form.",
            )
        return self.describe([evidence.claim for found in self.why for evidence in found])

    def _with_evidence(self) -> Rows:
        """A row for each claim behind a row."""
        import pyoxigraph as px

        rows: list[tuple[Term | None, ...]] = []
        for row, found in zip(self.rows, self.why, strict=True):
            for evidence in found:
                terms = (px.NamedNode(evidence.claim), px.NamedNode(evidence.source), px.Literal(evidence.locator))
                rows.append((*row, *terms, px.NamedNode(evidence.status), px.Literal(evidence.issued)))
            if not found:
                rows.append((*row, *(None for _ in _WHY)))
        return Rows((*self.columns, *_WHY), tuple(rows))

    def _page(self, width: int) -> str:
        """A table with numbered rows, without the columns that the notes below it say better: the claims behind each row."""
        said = {"claim", "status", "source", "locator"}
        kept = [place for place, name in enumerate(self.columns) if name not in said]
        rows = output.readable(
            Rows(tuple(self.columns[place] for place in kept), tuple(tuple(row[p] for p in kept) for row in self.rows))
        )
        texts = [[str(n), *(in_words(term, self.names) for term in row)] for n, row in enumerate(rows.rows, 1)]
        notes = [
            f"[{n}] {evidence.sentence(self.names)}\n" if evidence else f"[{n}] the graph's own record\n"
            for n, found in enumerate(self.why, 1)
            for evidence in found or (None,)
        ]
        return "\n".join([output.table_text(["#", *rows.columns], texts, "table", width=width), "".join(notes)])
