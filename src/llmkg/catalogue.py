"""The saved questions of a project: ``.rq`` files with a header.

The header is the lines at the top that begin with ``#+``, in YAML: summary, description and tags as grlc has them, and the
parameters and columns.
"""

from __future__ import annotations

import re
from functools import cached_property
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, Final

from llmkg.errors import ReadError, UnknownQueryError
from llmkg.files import read_file
from llmkg.queries import TYPES, Parameter, Query, parameter_places
from llmkg.terms import expand

if TYPE_CHECKING:
    from collections.abc import Iterator

    from llmkg.files import Project, TextFile

__all__ = ["Catalogue", "read_query"]


class Catalogue:
    """The saved questions of a project, by id, each read once. Files under ``queries/checks/`` are rules, not questions.

    Args:
        project: The project; an attribute too.

    >>> from llmkg.files import find_project
    >>> Catalogue(find_project())["lineage/borrowed-techniques"].parameters[0].name
    'model'
    """

    def __init__(self, project: Project) -> None:
        self.project = project
        self._read: dict[str, Query] = {}

    @cached_property
    def _files(self) -> dict[str, str]:
        names = self.project.names("queries", ".rq")
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
        return read_file(self.project.root, f"queries/{id_}.rq").text

    def __getitem__(self, name: str) -> Query:
        """The question with an id, or with a stem that only one question has.

        Raises:
            UnknownQueryError: There is none, or there are several.
            ReadError: Its file cannot be read, or its header is wrong.
        """
        if name in self._read:
            return self._read[name]
        found = [name] if name in self._files else [id_ for id_ in self.ids if id_.rpartition("/")[2] == name]
        if len(found) == 1:
            self._read[name] = read_query(read_file(self.project.root, self._files[found[0]]))
            return self._read[name]
        near = found or [id_ for id_ in self.ids if any(part in id_ for part in re.split(r"\W+", name.lower()) if part)]
        hint = f"Did you mean {', '.join(near[:5])}?" if near else "'llmkg query' lists them."
        raise UnknownQueryError(f"No saved question is called {name!r}.", hint=hint)

    def __iter__(self) -> Iterator[Query]:
        """The questions, sorted by id."""
        return (self[id_] for id_ in self.ids)

    def __len__(self) -> int:
        """How many questions there are."""
        return len(self._files)


def read_query(file: TextFile) -> Query:
    """A saved question from its file.

    Raises:
        ReadError: The header is missing or wrong, or parameters declared and used differ; the message has the line.
    """
    header, last = _read_header(file)
    parameters = tuple(_read_parameter(file, str(name), spec) for name, spec in (header.get("params") or {}).items())
    used = parameter_places(file.text)
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
        statuses=_statuses(file, header),
        why={str(key): str(value) for key, value in (header.get("why") or {}).items()},
    )


def _statuses(file: TextFile, header: dict[str, Any]) -> str:
    statuses = header.get("statuses", "policy")
    if statuses not in {"policy", "all"}:
        raise ReadError(
            f"statuses in the header is {statuses!r}.",
            where=f"{file.name}:1",
            hint="Write 'statuses: all' for a question about claims of any status, or nothing.",
        )
    return str(statuses)


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
    ("why", dict, "a mapping like {question: entities/claims, entity: variant}"),
)
_PARAMETER_KEYS: Final = {
    "type", "class", "scheme", "example", "required", "default", "multiple", "values-from"
}  # fmt: skip


def _read_parameter(file: TextFile, name: str, spec: Any) -> Parameter:
    if not isinstance(spec, dict) or spec.get("type") not in TYPES or "example" not in spec:
        raise ReadError(
            f"The parameter {name} has no type or no example.",
            where=f"{file.name}:{_line_of(file, name)}",
            hint=f"Write {name}: {{type: iri, class: llmkg:Model, example: family:llama}}; types: {', '.join(TYPES)}.",
        )
    unknown = sorted(set(spec) - _PARAMETER_KEYS)
    if unknown:
        raise ReadError(
            f"The parameter {name} has {unknown[0]!r}, which means nothing.",
            where=f"{file.name}:{_line_of(file, name)}",
            hint=f"It may have {', '.join(sorted(_PARAMETER_KEYS))}.",
        )
    class_ = str(spec.get("class", ""))
    return Parameter(
        name=name,
        type=spec["type"],
        class_=expand(class_) or class_,
        scheme=str(spec.get("scheme", "")),
        example=_text(spec["example"]),
        required=bool(spec.get("required", not spec.get("default"))),
        default=_text(spec.get("default", "")),
        multiple=bool(spec.get("multiple", False)),
        values_from=str(spec.get("values-from", "")),
    )


def _text(value: Any) -> str:
    """A value of YAML as it was written."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _line_of(file: TextFile, parameter: str) -> int:
    """The line of the header in which a parameter is declared."""
    lines = enumerate(file.text.split("\n"), 1)
    return next((number for number, text in lines if text.lstrip("#+ ").startswith(f"{parameter}:")), 1)


def _id_of(name: str) -> str:
    path = PurePosixPath(name)
    return "/".join((*path.parts[1:-1], path.stem))


_HEADER_LINE = re.compile(r"^#\+ ?(.*)$")
