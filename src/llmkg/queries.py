"""Saved questions: ``.rq`` files with a header, typed parameters, and their answers.

A file runs as it stands in any SPARQL editor. A parameter is a ``VALUES ?name { example }`` line; binding replaces what
the braces hold, wherever that line stands, with escaped terms, and never touches the text otherwise.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, Final

import pyoxigraph as px

from llmkg.errors import ParameterError, ReadError, UnknownQueryError
from llmkg.files import read_file
from llmkg.store import Rows, Store, Term, Triples
from llmkg.terms import XSD, expand

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from llmkg.files import Project, TextFile

__all__ = ["Catalogue", "Parameter", "Query", "ask", "fill", "read_query", "run"]

TYPES: Final = ("iri", "string", "integer", "decimal", "boolean", "date", "gYear")


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a saved question.

    Attributes:
        name: Its name, without ``?``.
        type: ``iri``, ``string``, ``integer``, ``decimal``, ``boolean``, ``date`` or ``gYear``.
        class_: What an iri must be an instance of, as an IRI; empty for any.
        scheme: The SKOS scheme that a concept must be in (``technique`` ...); empty for any.
        example: A value, as a term.
        required: Whether a value must be given.
    """

    name: str
    type: str
    class_: str
    scheme: str
    example: str
    required: bool

    def term(self, value: str) -> Term:
        """The term that a text means for this parameter.

        Args:
            value: An IRI or prefixed name for an iri; else the lexical form.

        Raises:
            ParameterError: The text is not of the parameter's type.

        >>> Parameter("since", "gYear", "", "", "2020", True).term("2022")
        <Literal value=2022 datatype=<NamedNode value=http://www.w3.org/2001/XMLSchema#gYear>>
        """
        if self.type == "iri":
            try:
                return px.NamedNode(expand(value) or value)
            except ValueError:
                raise self._wrong(value) from None
        if self.type == "string":
            return px.Literal(value)
        if not _LEXICAL[self.type].fullmatch(value) or not _exists(self.type, value):
            raise self._wrong(value)
        return px.Literal(value, datatype=px.NamedNode(XSD + self.type))

    def _wrong(self, value: str) -> ParameterError:
        return ParameterError(
            f"{value!r} is not {_ARTICLED[self.type]}.", where=self.name, hint=f"For example {self.name}={self.example}"
        )


_LEXICAL: Final = {
    "integer": re.compile(r"[+-]?[0-9]+"),
    "decimal": re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)"),
    "boolean": re.compile(r"true|false"),
    "date": re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}"),
    "gYear": re.compile(r"[0-9]{4}"),
}
_ARTICLED: Final = {
    "iri": "an IRI or a known name",
    "string": "a text",
    "integer": "an integer",
    "decimal": "a decimal number",
    "boolean": "true or false",
    "date": "a date (YYYY-MM-DD)",
    "gYear": "a year (YYYY)",
}


@dataclass(frozen=True)
class Query:
    """A saved question.

    Attributes:
        id: ``topic/stem``.
        path: The file below the project's folder.
        text: The SPARQL, header included.
        summary: The question in English.
        summary_zh: The question in Chinese.
        description: More about it; empty if there is nothing to say.
        tags: Its tags.
        parameters: Its parameters, in the order of the header.
        returns: Columns and what each holds.
        header: Everything in the header, for what else a kind of query keeps there.
    """

    id: str
    path: str
    text: str
    summary: str
    summary_zh: str
    description: str
    tags: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    returns: Mapping[str, str]
    header: Mapping[str, Any] = field(repr=False)

    def bind(self, values: Mapping[str, Sequence[Term]], *, leave_open: Collection[str] = ()) -> str:
        """The SPARQL with its parameters set.

        Args:
            values: Terms by parameter. A parameter that is not required may be left out and then restricts nothing.
            leave_open: Parameters that restrict nothing this time, whatever their value and though required.

        Raises:
            ParameterError: A parameter is unknown, or a required one is missing.
        """
        names = [parameter.name for parameter in self.parameters]
        unknown = sorted(set(values) - set(names))
        if unknown:
            has = f"It has {', '.join(names)}." if names else "It has none."
            raise ParameterError(f"{self.id} has no parameter {unknown[0]!r}.", hint=has)
        fillings = {}
        for parameter in self.parameters:
            terms = () if parameter.name in leave_open else values.get(parameter.name, ())
            if not terms and parameter.required and parameter.name not in leave_open:
                raise ParameterError(
                    f"{self.id} needs the parameter {parameter.name!r}.",
                    hint=f"For example {parameter.name}={parameter.example}",
                )
            fillings[parameter.name] = _written(terms) or "UNDEF"

        return fill(self.text, fillings)


class Catalogue:
    """The saved questions of a project, by id. Files under ``queries/checks/`` are rules, not questions.

    Args:
        project: The project.

    >>> from llmkg.files import find_project
    >>> Catalogue(find_project())["lineage/borrowed-techniques"].parameters[0].name
    'model'
    """

    def __init__(self, project: Project) -> None:
        self._project = project

    @cached_property
    def _files(self) -> dict[str, str]:
        names = self._project.names("queries", ".rq")
        return {_id_of(name): name for name in names if not name.startswith("queries/checks/")}

    @property
    def ids(self) -> list[str]:
        """Ids of all questions, sorted."""
        return sorted(self._files)

    def text(self, id_: str) -> str:
        """The text of a question, by its whole id.

        Raises:
            ReadError: There is no such file, or it cannot be read.
        """
        return read_file(self._project.root, f"queries/{id_}.rq").text

    def __getitem__(self, name: str) -> Query:
        """The question with an id, or with a stem that only one question has.

        Raises:
            UnknownQueryError: There is none, or there are several.
            ReadError: Its file cannot be read, or its header is wrong.
        """
        found = [name] if name in self._files else [id_ for id_ in self.ids if id_.rpartition("/")[2] == name]
        if len(found) == 1:
            return read_query(read_file(self._project.root, self._files[found[0]]))
        near = found or [id_ for id_ in self.ids if any(part in id_ for part in re.split(r"\W+", name.lower()) if part)]
        hint = f"Did you mean {', '.join(near[:5])}?" if near else "'llmkg query' lists them."
        raise UnknownQueryError(f"No saved question is called {name!r}.", hint=hint)

    def __iter__(self) -> Iterator[Query]:
        """The questions, sorted by id."""
        return (self[id_] for id_ in self.ids)

    def __len__(self) -> int:
        """How many questions there are."""
        return len(self._files)


def run(
    store: Store,
    query: Query,
    values: Mapping[str, Sequence[Term]] | None = None,
    *,
    leave_open: Collection[str] = (),
) -> Rows:
    """Ask a store a saved question.

    Args:
        store: The store.
        query: The question.
        values: Terms by parameter.
        leave_open: Parameters that restrict nothing this time, whatever their value and though required.

    Raises:
        ParameterError: A parameter is unknown, or a required one is missing.

    >>> import llmkg
    >>> graph = llmkg.load()
    >>> question = graph.catalogue["lineage/borrowed-techniques"]
    >>> answer = run(graph.store, question, {"model": [question.parameters[0].term("family:llama")]})
    >>> answer.columns[0]
    'technique'
    """
    result = store.query(query.bind(values or {}, leave_open=leave_open))
    if isinstance(result, bool):
        return Rows(("answer",), ((px.Literal(result),),))
    return result.rows() if isinstance(result, Triples) else result


def ask(store: Store, text: str, **values: Iterable[Term]) -> Rows:
    """Ask one of the program's own questions, whose parameters are known, without reading its header.

    Args:
        store: The store.
        text: Text of the question, a SELECT.
        values: Terms by parameter.

    Raises:
        TypeError: The text is not a SELECT.
    """
    result = store.query(fill(text, {name: _written(terms) for name, terms in values.items()}))
    if not isinstance(result, Rows):
        raise TypeError("Not a SELECT.")
    return result


def _written(terms: Iterable[Term]) -> str:
    r"""Terms as SPARQL has them.

    In rdflib's reading ``\\u0022`` holds the number of a character though its backslash is escaped, and the number in
    ``\u00010022`` has eight digits. So a u after a backslash is written by its number, and every number in eight digits.
    """
    return " ".join(_ESCAPE.sub(_rewritten, str(term)) for term in terms)


def _rewritten(match: re.Match[str]) -> str:
    if match["number"]:
        return f"\\U0000{match['number']}"
    return f"\\\\\\U{ord(match['u']):08X}" if match["u"] else match[0]


_ESCAPE: Final = re.compile(r"\\\\(?P<u>[uU])|\\u(?P<number>[0-9A-Fa-f]{4})|\\.")


def fill(text: str, fillings: Mapping[str, str]) -> str:
    """A query with what its VALUES lines hold replaced.

    Args:
        text: The query.
        fillings: Escaped terms, with blanks between, by variable. Lines of other variables stay as they are.

    >>> fill("SELECT * { VALUES ?m { <a:x> } ?m ?p 'VALUES ?m { <a:x> }' }", {"m": "<a:y>"})
    "SELECT * { VALUES ?m { <a:y> } ?m ?p 'VALUES ?m { <a:x> }' }"
    """

    def replacement(match: re.Match[str]) -> str:
        if match["name"] not in fillings:
            return match[0]
        return f"{match['head']}{{ {fillings[match['name']]} }}"

    return _VALUES.sub(replacement, text)


_VALUES = re.compile(
    r"""
    \#[^\n]* | <[^<>\s]*> | "{3}(?:\\.|[^\\])*?"{3} | '{3}(?:\\.|[^\\])*?'{3}
    | "(?:\\.|[^"\\\n])*" | '(?:\\.|[^'\\\n])*'
    | (?P<head>\bVALUES\s*\?(?P<name>\w+)\s*)
      \{(?: <[^<>\s]*> | "(?:\\.|[^"\\\n])*" | '(?:\\.|[^'\\\n])*' | [^}"'<] )*\}
    """,
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)
_HEADER_LINE = re.compile(r"^#\+ ?(.*)$")


def read_query(file: TextFile) -> Query:
    """A saved question from its file.

    Raises:
        ReadError: The header is missing or wrong, or parameters declared and used differ; the message has the line.
    """
    header, last = _read_header(file)
    parameters = tuple(_read_parameter(file, str(name), spec) for name, spec in (header.get("params") or {}).items())
    used = {match["name"]: match.start("head") for match in _VALUES.finditer(file.text) if match["name"]}
    declared = {parameter.name for parameter in parameters}
    for name in sorted(set(used) - declared):
        line = file.text.count("\n", 0, used[name]) + 1
        raise ReadError(
            f"VALUES ?{name} is not declared as a parameter.",
            where=f"{file.name}:{line}",
            hint="Add it to params in the header, or write a constant as FILTER(... IN (...)).",
        )
    for name in sorted(declared - set(used)):
        raise ReadError(
            f"The parameter {name} is declared and not used.",
            where=f"{file.name}:{last}",
            hint=f"Add VALUES ?{name} {{ ... }} at the head of WHERE, or take it out of params.",
        )
    return Query(
        id=_id_of(file.name),
        path=file.name,
        text=file.text,
        summary=header["summary"],
        summary_zh=str(header.get("summary-zh", "")),
        description=str(header.get("description", "")),
        tags=tuple(header.get("tags") or ()),
        parameters=parameters,
        returns=dict(header.get("returns") or {}),
        header=header,
    )


def _read_header(file: TextFile) -> tuple[dict[str, Any], int]:
    """The header and the number of its last line."""
    import yaml

    lines = []
    for line in file.text.split("\n"):
        match = _HEADER_LINE.match(line)
        if match is None:
            break
        lines.append(match[1])
    try:
        header = yaml.safe_load("\n".join(lines))
    except (yaml.YAMLError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        raise ReadError(
            f"The header is not YAML: {getattr(error, 'problem', None) or 'cannot be read'}.",
            where=f"{file.name}:{mark.line + 1 if mark else 1}",
            hint="Quote texts that hold a colon followed by a space.",
        ) from None
    if not isinstance(header, dict) or not isinstance(header.get("summary"), str):
        raise ReadError(
            "The header has no summary.", where=f"{file.name}:1", hint="Begin with '#+ summary: the question in words'."
        )
    for key, kind, form in _HEADER_KEYS:
        if not isinstance(header.get(key) or kind(), kind):
            number = next((n for n, text in enumerate(lines, 1) if text.startswith(key)), 1)
            raise ReadError(f"{key} in the header is not {form}.", where=f"{file.name}:{number}", hint=f"Write {form}.")
    return header, len(lines)


_HEADER_KEYS: Final = (
    ("tags", list, "a list like [lineage, technique]"),
    ("params", dict, "a mapping like {model: {type: iri, example: family:llama}}"),
    ("returns", dict, "a mapping like {technique: iri, locator: literal}"),
)


def _read_parameter(file: TextFile, name: str, spec: Any) -> Parameter:
    if not isinstance(spec, dict) or spec.get("type") not in TYPES or "example" not in spec:
        line = next(
            (n for n, text in enumerate(file.text.split("\n"), 1) if text.lstrip("#+ ").startswith(f"{name}:")), 1
        )
        raise ReadError(
            f"The parameter {name} has no type or no example.",
            where=f"{file.name}:{line}",
            hint=f"Write {name}: {{type: iri, class: llmkg:Model, example: family:llama}}; types: {', '.join(TYPES)}.",
        )
    class_ = str(spec.get("class", ""))
    return Parameter(
        name=name,
        type=spec["type"],
        class_=expand(class_) or class_,
        scheme=str(spec.get("scheme", "")),
        example=str(spec["example"]),
        required=bool(spec.get("required", True)),
    )


def _id_of(name: str) -> str:
    path = PurePosixPath(name)
    return "/".join((*path.parts[1:-1], path.stem))


def _exists(type_: str, value: str) -> bool:
    """Whether a value of the right form is one (2021-02-30 is not)."""
    if type_ != "date":
        return True
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True
