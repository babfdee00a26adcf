"""Why an answer is empty: which part of a query matched nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from llmkg.entities import in_words
from llmkg.queries import run
from llmkg.tokens import line_of, scan

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from llmkg.names import Names
    from llmkg.queries import Query
    from llmkg.store import Store, Term
    from llmkg.tokens import Token

__all__ = ["Pattern", "explain", "first_without_match", "patterns"]

_OPENING: Final = {"{", "(", "["}
_CLOSING: Final = {"}", ")", "]"}
_LONGEST: Final = 80
_BEGINNINGS: Final = {"FILTER", "OPTIONAL", "BIND", "VALUES", "MINUS", "GRAPH"}


@dataclass(frozen=True, slots=True)
class Pattern:
    """A part of a query's outermost group.

    Attributes:
        text: As it can stand by itself in a group.
        line: The line of the query on which it stands.
        is_filter: Whether it only judges what other parts match.
    """

    text: str
    line: int
    is_filter: bool


def explain(store: Store, question: Query, terms: Mapping[str, Sequence[Term]], names: Names) -> str:
    """Why a saved question has no rows, in a sentence or two.

    Args:
        store: The store.
        question: The question.
        terms: Its parameters, with which it has no rows.
        names: Labels.

    Returns:
        Which parameters are the reason (there are rows with any other value), and the first pattern that matches nothing.

    >>> import llmkg
    >>> kg = llmkg.load()
    >>> question = kg.catalogue["evaluation/results-of"]
    >>> values = {"model": "family:gpt-3", "benchmark": "benchmark:mmmu"}
    >>> terms = {p.name: [p.term(values[p.name])] for p in question.parameters}
    >>> print(explain(kg.store, question, terms, kg.names))
    model=GPT-3 matched nothing; with any model there are ... rows; benchmark=MMMU matched nothing; ...
    """
    parts = []
    for name, given in terms.items():
        others = len(run(store, question, terms, leave_open=[name]).rows)
        if others:
            value = " or ".join(in_words(term, names) for term in given)
            there = "is 1 row" if others == 1 else f"are {others} rows"
            parts.append(f"{name}={value} matched nothing; with any {name} there {there}")
    found = first_without_match(lambda text: store.query(text) is True, question.bind(terms))
    if found:
        told = " ".join(found.text.split())
        shown = told if len(told) <= _LONGEST else f"{told[:_LONGEST].rstrip()} ..."
        parts.append(f"nothing fits {shown} ({question.path}:{found.line})")
    return "; ".join(parts or ["each part matches something, and no row is left of them"]) + "."


def first_without_match(ask: Callable[[str], bool], text: str) -> Pattern | None:
    r"""The first part of a query that, with those before it, matches nothing; filters are looked at last.

    Args:
        ask: Whether a query (an ASK) is true.
        text: The query, which has no rows.

    Returns:
        The part; None if every part matches, so that grouping, an offset or a limit leaves nothing.

    >>> def has_only_names(text):
    ...     return "foaf:age" not in text
    >>> first_without_match(has_only_names, "SELECT * WHERE { ?a foaf:name ?b ;\n foaf:age ?c . }").line
    2
    """
    prologue, found = patterns(text)
    before: list[str] = []
    for pattern in sorted(found, key=lambda pattern: pattern.is_filter):
        before.append(pattern.text)
        if not ask(f"{prologue} ASK WHERE {{ {' . '.join(before)} }}"):
            return pattern
    return None


def patterns(text: str) -> tuple[str, list[Pattern]]:
    """A query cut into its prologue and the parts of its outermost group.

    Args:
        text: The query.

    Returns:
        The declarations of prefixes, and the parts in their order; a subject is repeated with each of its predicates.

    >>> [pattern.text for pattern in patterns("SELECT * WHERE { ?a a ?b ; <c> 1 . FILTER (?b > 1) }")[1]]
    ['?a a ?b', '?a <c> 1', 'FILTER (?b > 1)']
    """
    tokens = [token for token in scan(text) if token.kind != "comment"]
    begin = next((place for place, token in enumerate(tokens) if token.text.upper() in _FORMS), len(tokens))
    opened = next(
        (
            place
            for place, token in enumerate(tokens)
            if place > begin and token.text == "{" and _is_where(tokens, place)
        ),
        len(tokens),
    )
    prologue = text[: tokens[begin].start] if begin < len(tokens) else ""
    parts = _parts(tokens, opened + 1)
    return _without_comments(prologue), [pattern for part in parts for pattern in _patterns(text, part)]


_FORMS: Final = {"SELECT", "ASK", "CONSTRUCT", "DESCRIBE"}


def _is_where(tokens: Sequence[Token], place: int) -> bool:
    """Whether a brace opens the group of the query, not the template of a CONSTRUCT."""
    form = next(token.text.upper() for token in tokens if token.text.upper() in _FORMS)
    before = tokens[place - 1].text.upper()
    return form != "CONSTRUCT" or before in {"WHERE", "}"}


def _parts(tokens: Sequence[Token], place: int) -> Iterator[list[Token]]:
    """The tokens of each element of a group: a statement with its predicates, or what begins with a keyword or a brace."""
    part: list[Token] = []
    depth = 0
    for token in tokens[place:]:
        if depth == 0 and token.text == "}":
            break
        if depth == 0 and part and _begins(token, part):
            yield part
            part = []
        if depth == 0 and token.text == ".":
            if part:
                yield part
            part = []
            continue
        part.append(token)
        depth += (token.text in _OPENING) - (token.text in _CLOSING)
    if part:
        yield part


def _begins(token: Token, part: Sequence[Token]) -> bool:
    """Whether a token at the depth of the group begins an element of its own."""
    word = token.text.upper()
    last = part[-1].text.upper()
    first = part[0].text.upper()
    if word in _BEGINNINGS:
        return True
    if word == "UNION" or last == "UNION":
        return False
    is_ended = last == "}" or (last == ")" and first in {"FILTER", "BIND"})
    return is_ended or (token.text == "{" and first not in _BEGINNINGS)


def _patterns(text: str, part: Sequence[Token]) -> Iterator[Pattern]:
    first = part[0]
    end = part[-1].start + len(part[-1].text)
    if first.text.upper() in _BEGINNINGS or first.text in _OPENING:
        yield Pattern(text[first.start : end], line_of(text, first.start), first.text.upper() == "FILTER")
        return
    cuts, depth = [], 0
    for token in part:
        depth += (token.text in _OPENING) - (token.text in _CLOSING)
        if depth == 0 and token.text == ";":
            cuts.append(token.start)
    begin = part[1].start if len(part) > 1 else end
    for cut in (*cuts, end):
        predicate = text[begin:cut].strip()
        if predicate:
            line = line_of(text, begin + len(text[begin:cut]) - len(text[begin:cut].lstrip()))
            yield Pattern(f"{first.text} {predicate}", line, is_filter=False)
        begin = cut + 1


def _without_comments(text: str) -> str:
    return " ".join(token.text for token in scan(text) if token.kind != "comment")
