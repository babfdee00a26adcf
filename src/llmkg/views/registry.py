"""The views by name, with their parameters, for the command line and for whoever asks by name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from llmkg.arguments import terms_of
from llmkg.errors import NotFoundError, ParameterError
from llmkg.queries import Parameter
from llmkg.terms import NS, STRATA
from llmkg.views.diffusion import technique_spread
from llmkg.views.frontier import frontier
from llmkg.views.matrix import matrix
from llmkg.views.relations import citations, comparisons, data_sharing, risks
from llmkg.views.strata import between, borrowing, family_tree, lineage, whole_lineage

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    import networkx as nx

    from llmkg.views.description import Known
    from llmkg.views.frontier import Frontier
    from llmkg.views.matrix import Matrix

    Values = Mapping[str, list[str]]
    Made = nx.MultiDiGraph[str] | Matrix | Frontier

__all__ = ["VIEWS", "View", "view_of"]


@dataclass(frozen=True)
class View:
    """A view that can be asked for by name.

    Attributes:
        id: Its name.
        summary: What it shows.
        summary_zh: The same in Chinese.
        parameters: What may be chosen of it.
        root: The parameter that names what the view is about; empty where it is about nothing in particular.
        build: Makes it, from what is known, the values by parameter, and the statuses that claims may have.
    """

    id: str
    summary: str
    summary_zh: str
    parameters: tuple[Parameter, ...]
    root: str
    build: Callable[[Known, Values, Collection[str] | None], Made]


def view_of(
    known: Known, name: str, values: Mapping[str, Any] | None = None, *, statuses: Collection[str] | None = None
) -> Made:
    """A view by its name.

    Args:
        known: What is known.
        name: One of :data:`VIEWS`.
        values: Its parameters, as of a saved question; see :func:`llmkg.arguments.terms_of`.
        statuses: IRIs of the statuses that a claim may have; None for all.

    Returns:
        A graph view, or for ``matrix`` and ``frontier`` a table of its own kind.

    Raises:
        ParameterError: A parameter is missing, unknown or wrong.
        NotFoundError: There is no such view, or nothing has a name that was given.
        AmbiguousNameError: Several things have it.

    >>> import llmkg
    >>> view_of(llmkg.load(), "technique-spread", {"technique": "rope"}).graph["title"]
    'How Rotary position embedding spread'
    """
    if name not in VIEWS:
        raise NotFoundError(f"There is no view {name!r}.", hint=f"Choose one of {', '.join(VIEWS)}.")
    view = VIEWS[name]
    terms = terms_of(known.store, known.catalogue, known.names, view, values or {})
    for parameter in view.parameters:
        given = terms.get(parameter.name, [])
        if parameter.required and not given:
            raise ParameterError(
                f"The view {name} needs the parameter {parameter.name!r}.",
                hint=f"For example {parameter.name}={parameter.example}",
            )
        if len(given) > 1 and not parameter.multiple:
            raise ParameterError(f"{parameter.name!r} takes one value, and {len(given)} were given.", where=name)
    return view.build(known, {key: [term.value for term in given] for key, given in terms.items()}, statuses)


def _one(values: Values, name: str) -> str:
    return values.get(name, [""])[0]


def _strata(values: Values) -> Collection[str]:
    wanted = values.get("strata", [])
    unknown = [stratum for stratum in wanted if stratum not in STRATA]
    if unknown:
        raise ParameterError(
            f"{unknown[0]!r} is not a stratum.", where="strata", hint=f"Choose from {', '.join(STRATA)}."
        )
    return wanted or STRATA


def _lineage(known: Known, values: Values, statuses: Collection[str] | None) -> Made:
    chosen: dict[str, Any] = {"strata": _strata(values), "statuses": statuses}
    root, older, direction = _one(values, "thing"), _one(values, "from"), _one(values, "direction")
    if direction not in {"", "up", "down"}:
        raise ParameterError(
            f"{direction!r} is no direction.", where="direction", hint="Choose up or down, or leave it out."
        )
    if root and older:
        return between(known, root, older, **chosen)
    if older:
        raise ParameterError(
            "'from' needs 'thing', what came from it.", where="lineage", hint="For example thing=vicuna from=gpt-3"
        )
    if root:
        depth = int(_one(values, "depth") or 1)
        if depth < 0:
            raise ParameterError("A depth is 0 (all) or more.", where="depth", hint="For example depth=2")
        return lineage(known, root, up=direction != "down", down=direction != "up", depth=depth, **chosen)
    return whole_lineage(known, **chosen)


def _matrix(known: Known, values: Values, _: Collection[str] | None) -> Made:
    parts = known.store, known.catalogue, known.names
    return matrix(*parts, values["models"], values.get("techniques", ()))


def _frontier(known: Known, values: Values, _: Collection[str] | None) -> Made:
    parts = known.store, known.catalogue, known.names
    return frontier(*parts, _one(values, "benchmark"), metric=_one(values, "metric"))


_MODEL: Final = NS + "Model"


def _thing(name: str, example: str, **more: Any) -> Parameter:
    return Parameter(name, "iri", example=example, required=False, **more)


VIEWS: Final[Mapping[str, View]] = {
    view.id: view
    for view in (
        View(
            "lineage",
            "What came from what: all of it, of one thing, or between two.",
            "谱系：全部、某一对象的，或两者之间的。",
            (
                _thing("thing", "family:llama"),
                _thing("from", "family:gpt-3"),
                Parameter("direction", "string", example="up", required=False),
                Parameter("depth", "integer", example="2", required=False),
                Parameter("strata", "string", example="weights", required=False, multiple=True),
            ),
            "thing",
            _lineage,
        ),
        View(
            "technique-spread",
            "Who took up a technique, when, and from whom.",
            "谁在何时从谁那里采用了某项技术。",
            (Parameter("technique", "iri", scheme="technique", example="technique:rope"),),
            "technique",
            lambda known, values, statuses: technique_spread(known, _one(values, "technique"), statuses=statuses),
        ),
        View(
            "borrowing",
            "Whose models took techniques from whose.",
            "哪些机构的模型采用了哪些机构的技术。",
            (),
            "",
            lambda known, _, statuses: borrowing(known, statuses=statuses),
        ),
        View(
            "matrix",
            "Models against techniques: yes, stated no, not known.",
            "模型与技术对照：是、明确为否、未知。",
            (
                Parameter("models", "iri", class_=_MODEL, example="family:llama", multiple=True),
                Parameter(
                    "techniques", "iri", scheme="technique", example="technique:rope", required=False, multiple=True
                ),
            ),
            "models",
            _matrix,
        ),
        View(
            "frontier",
            "The best result on a benchmark over time, by setting, with who measured it.",
            "某基准上最佳成绩随时间的变化，按设置区分并注明测量者。",
            (
                Parameter("benchmark", "iri", class_=NS + "Benchmark", example="benchmark:gsm8k"),
                Parameter("metric", "iri", scheme="metric", example="metric:accuracy", required=False),
            ),
            "benchmark",
            _frontier,
        ),
        View(
            "family-tree",
            "The evolutionary tree of all families.",
            "全部系列的演化树。",
            (Parameter("strata", "string", example="weights", required=False, multiple=True),),
            "",
            lambda known, values, statuses: family_tree(known, strata=_strata(values), statuses=statuses),
        ),
        View(
            "comparison",
            "Who beat whom, on a benchmark or in all.",
            "谁胜过谁：某一基准上或全部。",
            (
                _thing("benchmark", "benchmark:mmlu", class_=NS + "Benchmark"),
                _thing("model", "family:chinchilla", class_=_MODEL),
            ),
            "model",
            lambda known, values, statuses: comparisons(
                known, _one(values, "benchmark"), _one(values, "model"), statuses=statuses
            ),
        ),
        View(
            "citation",
            "Which papers are credited with the techniques that models took.",
            "各模型所采用的技术归功于哪些论文。",
            (_thing("model", "family:llama", class_=_MODEL),),
            "model",
            lambda known, values, statuses: citations(known, _one(values, "model"), statuses=statuses),
        ),
        View(
            "risk",
            "Risks disclosed for a model and for what it was made from.",
            "某模型及其来源所披露的风险。",
            (Parameter("model", "iri", class_=_MODEL, example="product:chatgpt"),),
            "model",
            lambda known, values, statuses: risks(known, _one(values, "model"), statuses=statuses),
        ),
        View(
            "data-sharing",
            "Which models were trained on the same data sets.",
            "哪些模型用相同的数据集训练。",
            (_thing("models", "family:gpt-3", class_=_MODEL, multiple=True),),
            "models",
            lambda known, values, statuses: data_sharing(known, values.get("models", ()), statuses=statuses),
        ),
    )
}
"""Every view by its name."""
