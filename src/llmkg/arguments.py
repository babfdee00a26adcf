"""What people give as the parameters of a saved question, as terms: names are looked up, values checked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Protocol
from weakref import WeakKeyDictionary

from llmkg.entries import kinds_of_class
from llmkg.errors import NotFoundError, ParameterError
from llmkg.queries import run
from llmkg.terms import shrink

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, MutableMapping

    from llmkg.catalogue import Catalogue
    from llmkg.names import Names
    from llmkg.queries import Parameter
    from llmkg.store import Store, Term

__all__ = ["Asked", "choices", "example_of", "terms_of"]


class Asked(Protocol):
    """What has parameters: a saved question, a view."""

    @property
    def id(self) -> str:
        """What to call it in a message."""

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """Its parameters."""


def terms_of(
    store: Store, catalogue: Catalogue, names: Names, question: Asked, given: Mapping[str, Any]
) -> dict[str, list[Term]]:
    """The values of a question's parameters as terms.

    Args:
        store: The store, for parameters whose values another question lists.
        catalogue: The saved questions.
        names: What everything is called.
        question: The question, or another thing with parameters.
        given: By parameter, a value or a list of values. A thing is given as its IRI, prefixed name, slug, label or alias in
            either language, or as anything with an ``iri``; a number, date or truth value as itself or as text.

    Raises:
        ParameterError: There is no such parameter, or a value is not of its type or not one of those to choose from.
        NotFoundError: Nothing of the wanted kind has a name that was given; the hint suggests.
        AmbiguousNameError: Several things have it.

    >>> import llmkg
    >>> kg = llmkg.load()
    >>> question = kg.catalogue["techniques/adopters-of"]
    >>> terms_of(kg.store, kg.catalogue, kg.names, question, {"technique": "旋转位置编码"})
    {'technique': [<NamedNode value=https://w3id.org/llmkg/concept/technique/rope>]}
    """
    parameters = {parameter.name: parameter for parameter in question.parameters}
    terms: dict[str, list[Term]] = {}
    for name, value in given.items():
        parameter = parameters.get(name)
        if parameter is None:
            has = f"It has {', '.join(parameters)}." if parameters else "It has none."
            raise ParameterError(f"{question.id} has no parameter {name!r}.", hint=has)
        values = value if isinstance(value, _SEVERAL) else [value]
        allowed = choices(store, catalogue, parameter)
        for text in map(_as_text, values):
            term = _term(parameter, text, names)
            if allowed and term not in allowed:
                raise _not_allowed(parameter, text, allowed)
            terms.setdefault(name, []).append(term)
    return terms


_SEVERAL: Final = (list, tuple, set, frozenset)


def choices(store: Store, catalogue: Catalogue, parameter: Parameter) -> list[Term]:
    """The values that a parameter may have, where another question lists them; else none.

    A store is asked once.

    Args:
        store: The store.
        catalogue: The saved questions.
        parameter: The parameter.

    >>> import llmkg
    >>> kg = llmkg.load()
    >>> parameter = kg.catalogue["evaluation/frontier"].parameters[0]
    >>> len(choices(kg.store, kg.catalogue, parameter)) > 100
    True
    """
    if not parameter.values_from:
        return []
    known = _LISTED.setdefault(store, {})
    asked = (parameter.values_from, parameter.name)
    if asked not in known:
        answer = run(store, catalogue[parameter.values_from])
        place = answer.columns.index(parameter.name)
        known[asked] = list(dict.fromkeys(term for row in answer.rows if (term := row[place]) is not None))
    return known[asked]


_LISTED: Final[MutableMapping[Store, dict[tuple[str, str], list[Term]]]] = WeakKeyDictionary()
"""For each store, what questions listed as values of parameters."""


def example_of(parameter: Parameter) -> str:
    """A parameter as it is typed, in brackets if it may be left out.

    >>> from llmkg.queries import Parameter
    >>> example_of(Parameter("since", "gYear", example="2022", required=False))
    '[since=2022]'
    """
    text = f"{parameter.name}={parameter.example}"
    return text if parameter.required else f"[{text}]"


def _as_text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return str(getattr(value, "iri", None) or getattr(value, "value", None) or value)


def _term(parameter: Parameter, text: str, names: Names) -> Term:
    if parameter.type == "iri":
        try:
            text = names.resolve(text, kinds=kinds_of_class(parameter.class_, parameter.scheme)).iri
        except NotFoundError as error:
            raise NotFoundError(error.what, where=parameter.name, hint=error.hint) from None
    return parameter.term(text)


def _not_allowed(parameter: Parameter, text: str, allowed: Iterable[Term]) -> ParameterError:
    from rapidfuzz import process

    known = [shrink(term.value) for term in allowed]
    near = [name for name, _, _ in process.extract(text, known, limit=3)]
    return ParameterError(
        f"{text!r} is not one of the {len(known)} values that it may have.",
        where=parameter.name,
        hint=f"Did you mean {', '.join(near)}? {parameter.values_from} lists them.",
    )
