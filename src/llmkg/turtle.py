"""The canonical Turtle writer: text to text, nothing read or written.

A graph file is reviewed as a diff, so one fact must be one line, wherever it was typed. The rules: prefixes that are
used, sorted; subjects by kind and then by name, claims last; ``a``, label and definition first, where a claim comes
from last; one triple a line, the predicate repeated; the closing dot on its own line; every literal in the lexical
form that it came in. Comments have no place to stay when lines move, so a file with comments is refused.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Final

import pyoxigraph as px

from llmkg.errors import ReadError
from llmkg.terms import NS, PREFIXES, RDF, SKOS, XSD, kind_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["find_comment", "format_turtle", "parse_turtle", "write_turtle"]

_FIRST: Final = (
    RDF + "type",
    SKOS + "prefLabel",
    SKOS + "altLabel",
    SKOS + "definition",
    PREFIXES["sh"] + "path",
    RDF + "subject",
    RDF + "predicate",
    RDF + "object",
    *(
        NS + role
        for role in (
            "adopter",
            "technique",
            "evaluated",
            "compared",
            "trained",
            "exposed",
            "mitigated",
            "available",
            "implements",
            "receptionOf",
            "withholdingOf",
        )
    ),
)
_LAST: Final = (
    *(NS + name for name in ("status", "source", "locator", "readIn", "asWritten", "contradicts")),
    SKOS + "editorialNote",
)
_RANK: Final = {
    **{iri: (0, place, "") for place, iri in enumerate(_FIRST)},
    **{iri: (2, place, "") for place, iri in enumerate(_LAST)},
}

_LEXEMES = re.compile(
    r"""
    <[^<>\s]*>
    | \"{3}(?:\\.|[^\\])*?\"{3} | '{3}(?:\\.|[^\\])*?'{3}
    | "(?:\\.|[^"\\\n])*" | '(?:\\.|[^'\\\n])*'
    | \\.
    | (?P<comment>\#)
    | (?P<nested><<)
    """,
    re.VERBOSE | re.DOTALL,
)
_LOCAL_NAME = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_-])?")
_SHORT_FORMS: Final = {
    XSD + "integer": re.compile(r"[+-]?[0-9]+"),
    XSD + "decimal": re.compile(r"[+-]?[0-9]*\.[0-9]+"),
    XSD + "double": re.compile(r"[+-]?(?:[0-9]+\.[0-9]*|\.?[0-9]+)[eE][+-]?[0-9]+"),
    XSD + "boolean": re.compile(r"true|false"),
}
_ESCAPES: Final = {"\\": "\\\\", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f"}
_NESTED: Final = "A statement about a statement."
_NESTED_REMEDY: Final = "Write a claim (llmkg:Claim)."
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")


def find_comment(text: str) -> int | None:
    r"""The line (from 1) of the first comment in a Turtle text, or None.

    >>> find_comment('<http://x/#a> <http://x/b> "# not one" .\n# but this\n')
    2
    """
    return _line_of(text, "comment")


def _line_of(text: str, group: str) -> int | None:
    """The line (from 1) of the first lexeme of a kind, or None."""
    starts = (match.start() for match in _LEXEMES.finditer(text) if match[group])
    return next((text.count("\n", 0, start) + 1 for start in starts), None)


def parse_turtle(text: str, *, where: str = "") -> tuple[list[px.Triple], dict[str, str]]:
    """Read a Turtle text, lexical forms kept.

    Args:
        text: The Turtle.
        where: Name of the file, for the message.

    Returns:
        The triples in the order of the text, and the prefixes that it declares.

    Raises:
        ReadError: It is not Turtle, or a statement is about a statement; the message has the line.

    >>> triples, prefixes = parse_turtle("@prefix model: <https://w3id.org/llmkg/id/model/> . model:a a model:b .")
    >>> len(triples), list(prefixes)
    (1, ['model'])
    """
    parser = px.parse(text, format=px.RdfFormat.TURTLE)
    try:
        triples = [quad.triple for quad in parser]
    except SyntaxError as error:
        raise ReadError(
            f"Not Turtle: {_REASON.sub('', error.msg)}.",
            where=f"{where}:{error.lineno}" if where else f"line {error.lineno}",
            hint="Correct the line (the mistake may be at the end of the one before it).",
        ) from None
    if any(isinstance(triple.object, px.Triple) for triple in triples):
        line = _line_of(text, "nested")
        raise ReadError(_NESTED, where=f"{where}:{line}" if where else f"line {line}", hint=_NESTED_REMEDY)
    return triples, parser.prefixes


def format_turtle(text: str, *, where: str = "") -> str:
    """The canonical form of a Turtle text.

    Args:
        text: The Turtle.
        where: Name of the file, for messages.

    Returns:
        The same graph, written canonically.

    Raises:
        ReadError: It is not Turtle, has comments, or has blank nodes that do not form a tree.

    >>> print(format_turtle("@prefix family: <https://w3id.org/llmkg/id/family/> . family:b a family:x . family:a a family:x ."))
    @prefix family: <https://w3id.org/llmkg/id/family/> .
    <BLANKLINE>
    family:a
        a family:x ;
        .
    <BLANKLINE>
    family:b
        a family:x ;
        .
    <BLANKLINE>
    """
    line = find_comment(text)
    if line is not None:
        raise ReadError(
            "A comment; it would be lost when the file is put in order.",
            where=f"{where}:{line}" if where else f"line {line}",
            hint="Say it with skos:editorialNote on the subject that it is about.",
        )
    triples, declared = parse_turtle(text, where=where)
    return write_turtle(triples, prefixes=declared, where=where)


def write_turtle(triples: Iterable[px.Triple], *, prefixes: Mapping[str, str] | None = None, where: str = "") -> str:
    """Triples as canonical Turtle.

    Args:
        triples: The triples, in any order.
        prefixes: Prefixes to use besides those of :data:`llmkg.terms.PREFIXES`, which win.
        where: Name of the file, for messages.

    Returns:
        The text, ending in a line break; empty for no triples.

    Raises:
        ReadError: Blank nodes do not form a tree, or a triple is about a triple.
    """
    try:
        return _Writer(triples, {**(prefixes or {}), **PREFIXES}, where).text()
    except RecursionError:
        raise ReadError("Blank nodes nested too deeply.", where=where, hint="Give the inner ones IRIs.") from None


_REASON = re.compile(
    r"^Parser error at line \d+ (?:column \d+|between columns? \d+ and (?:line \d+ )?(?:column )?\d+): |\.$"
)


class _Writer:
    """One run over one graph."""

    def __init__(self, triples: Iterable[px.Triple], prefixes: Mapping[str, str], where: str) -> None:
        self.where = where
        own = {namespace: prefix for prefix, namespace in sorted(prefixes.items(), reverse=True)}
        self.prefix_of = {**own, **{namespace: prefix for prefix, namespace in PREFIXES.items()}}
        self.used: dict[str, str] = {}
        self.graph: dict[px.NamedNode | px.BlankNode, dict[str, list[px.NamedNode | px.BlankNode | px.Literal]]]
        self.graph = defaultdict(lambda: defaultdict(list))
        parents: dict[px.BlankNode, int] = defaultdict(int)
        for triple in set(triples):
            if isinstance(triple.subject, px.Triple) or isinstance(triple.object, px.Triple):
                raise ReadError(_NESTED, where=where, hint=_NESTED_REMEDY)
            self.graph[triple.subject][triple.predicate.value].append(triple.object)
            if isinstance(triple.object, px.BlankNode):
                parents[triple.object] += 1
        if any(count > 1 for count in parents.values()):
            raise self._not_a_tree()
        self.roots = [node for node in self.graph if node not in parents]
        self.written: set[px.BlankNode] = set()

    def _not_a_tree(self) -> ReadError:
        return ReadError("Blank nodes that do not form a tree.", where=self.where, hint="Give the node an IRI.")

    def text(self) -> str:
        blocks = [(_subject_key(node), self._block(node)) for node in self.roots]
        if any(isinstance(node, px.BlankNode) and node not in self.written for node in self.graph):
            raise self._not_a_tree()
        head = "".join(f"@prefix {prefix}: <{self.used[prefix]}> .\n" for prefix in sorted(self.used))
        return head + "".join("\n" + block for _, block in sorted(blocks)) if blocks else ""

    def _block(self, node: px.NamedNode | px.BlankNode) -> str:
        if isinstance(node, px.BlankNode):
            self.written.add(node)
        name = self._iri(node.value) if isinstance(node, px.NamedNode) else "[]"
        return f"{name}\n{self._lines(node, 1)}    .\n"

    def _lines(self, node: px.NamedNode | px.BlankNode, depth: int) -> str:
        indent = "    " * depth
        facts = self.graph[node]
        lines = []
        for predicate in sorted(facts, key=lambda iri: _RANK.get(iri, (1, 0, iri))):
            verb = "a" if predicate == RDF + "type" else self._iri(predicate)
            written = sorted((_object_key(term), self._object(term, depth)) for term in facts[predicate])
            lines += [f"{indent}{verb} {text} ;\n" for _, text in written]
        return "".join(lines)

    def _object(self, term: px.NamedNode | px.BlankNode | px.Literal, depth: int) -> str:
        if isinstance(term, px.NamedNode):
            return self._iri(term.value)
        if isinstance(term, px.Literal):
            return self._literal(term)
        items = self._list(term)
        if items is not None:
            return "(" + "".join(f" {self._object(item, depth)}" for item in items) + " )"
        self.written.add(term)
        if term not in self.graph:
            return "[]"
        return "[\n" + self._lines(term, depth + 1) + "    " * depth + "]"

    def _list(self, node: px.BlankNode) -> list[px.NamedNode | px.BlankNode | px.Literal] | None:
        """The items, if the node starts a well-formed RDF list."""
        items: list[px.NamedNode | px.BlankNode | px.Literal] = []
        cells: list[px.BlankNode] = []
        cell: px.NamedNode | px.BlankNode | px.Literal = node
        while isinstance(cell, px.BlankNode):
            facts = self.graph.get(cell, {})
            if cell in cells or set(facts) != {RDF + "first", RDF + "rest"}:
                return None
            if len(facts[RDF + "first"]) != 1 or len(facts[RDF + "rest"]) != 1:
                return None
            cells.append(cell)
            items.append(facts[RDF + "first"][0])
            cell = facts[RDF + "rest"][0]
        if not isinstance(cell, px.NamedNode) or cell.value != RDF + "nil":
            return None
        self.written.update(cells)
        return items

    def _iri(self, iri: str) -> str:
        cut = max(iri.rfind("/"), iri.rfind("#")) + 1
        prefix = self.prefix_of.get(iri[:cut])
        if prefix is None or not _LOCAL_NAME.fullmatch(iri[cut:]):
            return f"<{iri}>"
        self.used[prefix] = iri[:cut]
        return f"{prefix}:{iri[cut:]}"

    def _literal(self, literal: px.Literal) -> str:
        if literal.language:
            direction = f"--{literal.direction}" if literal.direction else ""
            return f"{_quote(literal.value)}@{literal.language}{direction}"
        datatype = literal.datatype.value
        if datatype == XSD + "string":
            return _quote(literal.value)
        short = _SHORT_FORMS.get(datatype)
        if short and short.fullmatch(literal.value):
            return literal.value
        return f"{_quote(literal.value)}^^{self._iri(datatype)}"


def _subject_key(node: px.NamedNode | px.BlankNode) -> tuple[int, str, str]:
    if isinstance(node, px.BlankNode):
        return 1, "", ""
    kind = kind_of(node.value)
    return (2 if kind == "claim" else 1 if kind else 0), kind, node.value


def _object_key(term: px.NamedNode | px.BlankNode | px.Literal) -> tuple[int, str]:
    """IRIs before literals, these by language, blank nodes last."""
    if isinstance(term, px.Literal):
        return 1, term.language or ""
    return (0, "") if isinstance(term, px.NamedNode) else (2, "")


def _quote(text: str) -> str:
    escaped = "".join(_ESCAPES.get(char, char) for char in text)
    escaped = _CONTROL.sub(lambda match: f"\\u{ord(match[0]):04X}", escaped)
    if "\n" not in text:
        return '"' + escaped.replace('"', '\\"') + '"'
    last = '\\"' if escaped.endswith('"') else ""
    escaped = escaped.removesuffix('"').replace('"""', '\\"\\"\\"')
    return f'"""{escaped}{last}"""'
