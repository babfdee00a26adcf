"""The saved questions as pages and as data: what each asks, with which parameters, in which words, and what it answers."""

from __future__ import annotations

import json
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import pyoxigraph as px

from llmkg.addresses import FORMS, PAGES, address_of
from llmkg.arguments import choices
from llmkg.listings import described
from llmkg.replies import reply
from llmkg.site.cells import Cell, cell_of
from llmkg.site.datasets import version_of
from llmkg.site.describing import script_json
from llmkg.site.forms import in_form
from llmkg.site.layout import page
from llmkg.site.signposts import LICENCE
from llmkg.store import Rows, Triples
from llmkg.terms import BASE, PREFIXES, expand, shrink

if TYPE_CHECKING:
    from collections.abc import Iterable

    from llmkg.answers import Answer
    from llmkg.queries import Parameter, Query
    from llmkg.site.sections import Setting

__all__ = ["FOLDER", "TOPICS", "Questions"]

FOLDER: Final = "query"
"""Below which the questions are."""

TOPICS: Final = {
    "lineage": ("Lineage: what came from what", "谱系：什么来自什么"),
    "techniques": ("Techniques: who took up what, and where it was introduced", "技术：谁采用了什么，最早由谁提出"),
    "evaluation": ("Evaluation: results, comparisons, benchmarks", "评测：结果、比较与基准"),
    "training": ("Training: data, tokens, hardware", "训练：数据、词元与硬件"),
    "risk": ("Risks, what is done about them, what people said", "风险、缓解措施与各方看法"),
    "provenance": ("Provenance: who says so, where sources agree and differ", "出处：谁说的，来源何处一致、何处分歧"),
    "access": ("Access: what can be had and used", "获取：什么可以得到和使用"),
    "entities": ("Single things: sizes, dates, names", "单个事物：规模、日期与名称"),
    "licences": ("Licences: what they let people do", "许可证：允许做什么"),
    "organizations": ("Organisations: what became of whom", "机构：沿革"),
}
"""What each topic is about, in English and Chinese; a topic that is not here is called by its folder."""

_TEXT: Final = "rq"
_ROWS: Final = 20
_MOST_CHOICES: Final = 60
_INDEX: Final = {f"{FOLDER}/index.html": "en", f"{FOLDER}/index.zh.html": "zh"}
_TYPES: Final = {
    "iri": ("thing", "事物"),
    "string": ("text", "文本"),
    "langString": ("text with its language", "带语言标记的文本"),
    "integer": ("whole number", "整数"),
    "decimal": ("number", "数字"),
    "boolean": ("true or false", "真或假"),
    "date": ("date", "日期"),
    "gYear": ("year", "年份"),
}


class Questions:
    """The section of the saved questions.

    Args:
        setting: The site.

    >>> import llmkg
    >>> from llmkg.site.sections import Setting
    >>> questions = Questions(Setting(llmkg.load()))
    >>> b"sh:SPARQLSelectExecutable" in questions.render("query/lineage/why.ttl")
    True
    """

    def __init__(self, setting: Setting) -> None:
        self._setting = setting
        self._answers: dict[str, Answer] = {}

    def paths(self) -> Iterable[str]:
        """The index, and for each question its pages, its data and its text."""
        yield from _INDEX
        for id_ in self._setting.graph.catalogue.ids:
            yield from (f"{FOLDER}/{id_}.{ending}" for ending in (*PAGES, *FORMS, _TEXT))

    def render(self, path: str) -> bytes | None:
        """What is at a path; None if the path is not one of the section."""
        if path in _INDEX:
            return self._index(path)
        folder, _, rest = path.partition("/")
        stem, ending = rest.removesuffix(f".{_TEXT}"), _TEXT
        if stem == rest:
            address = address_of(rest)
            stem, ending = address.path, address.ending
        if folder != FOLDER or stem not in self._ids or not ending:
            return None
        question = self._setting.graph.catalogue[stem]
        if ending == _TEXT:
            return question.text.encode()
        if ending in FORMS:
            return in_form(described(question), ending)
        return self._page(question, path, PAGES[ending])

    @cached_property
    def _ids(self) -> frozenset[str]:
        return frozenset(self._setting.graph.catalogue.ids)

    def _index(self, path: str) -> bytes:
        lang = _INDEX[path]
        topics: dict[str, list[tuple[str, str]]] = {}
        for question in self._setting.graph.catalogue:
            if "internal" not in question.tags:
                summary = (question.summary_zh if lang == "zh" else "") or question.summary
                topics.setdefault(question.id.partition("/")[0], []).append((question.id, summary))
        return page(
            self._setting,
            "questions.html",
            path,
            lang=lang,
            title="已保存的问题" if lang == "zh" else "Saved questions",
            folder=FOLDER,
            topics={
                topic: (TOPICS.get(topic, (topic, topic))[lang == "zh"], topics[topic])
                for topic in sorted(topics, key=lambda topic: (*TOPICS, topic).index(topic))
            },
        )

    def _page(self, question: Query, path: str, lang: str) -> bytes:
        answer = self._answer(question)
        examples = {one.name: one.example for one in question.parameters if one.required}
        topic = question.id.partition("/")[0]
        return page(
            self._setting,
            "question.html",
            path,
            lang=lang,
            title=(question.summary_zh if lang == "zh" else "") or question.summary,
            question=question,
            folder=FOLDER,
            iri=f"{BASE}{FOLDER}/{question.id}",
            topic=TOPICS.get(topic, (topic, topic))[lang == "zh"],
            fields=[self._field(one, lang) for one in question.parameters],
            examples=examples,
            python=", ".join([json.dumps(question.id), *(f"{name}={json.dumps(v)}" for name, v in examples.items())]),
            columns=answer.columns,
            truth=answer.content if isinstance(answer.content, bool) else None,
            rows=[[cell_of(self._setting.graph, term, lang) for term in row] for row in _rows(answer)],
            total=answer.total or len(answer),
            left_out=answer.left_out,
            forms=FORMS,
            version=version_of(self._setting),
            described=script_json(_core(self._setting, question)),
        )

    def _answer(self, question: Query) -> Answer:
        """The answer to the examples of those parameters that must be given."""
        if question.id not in self._answers:
            graph = self._setting.graph
            terms = {one.name: [one.term(one.example)] for one in question.parameters if one.required}
            chosen = graph.statuses(question=question)
            answer = reply(graph.store, graph.catalogue, graph.names, question, terms, statuses=chosen, limit=_ROWS)
            self._answers[question.id] = answer
        return self._answers[question.id]

    def _field(self, parameter: Parameter, lang: str) -> dict[str, Any]:
        graph = self._setting.graph
        kind = Cell(_TYPES[parameter.type][lang == "zh"])
        if parameter.scheme:
            kind = cell_of(graph, px.NamedNode(f"{BASE}concept/{parameter.scheme}"), lang)
        elif parameter.class_:
            kind = cell_of(graph, px.NamedNode(parameter.class_), lang)
        options = [shrink(term.value) for term in choices(graph.store, graph.catalogue, parameter)]
        is_thing = parameter.type == "iri"
        example = px.NamedNode(expand(parameter.example) or parameter.example) if is_thing else None
        return {
            "name": parameter.name,
            "kind": kind,
            "required": parameter.required,
            "multiple": parameter.multiple,
            "default": parameter.default,
            "example": parameter.example,
            "means": cell_of(graph, example, lang) if example else None,
            "options": options if len(options) <= _MOST_CHOICES else [],
        }


def _core(setting: Setting, question: Query) -> dict[str, Any]:
    """What a question's page says of it to programs, in schema.org's words."""
    place = f"{FOLDER}/{question.id}"
    summaries = {"en": question.summary, "zh": question.summary_zh}
    return {
        "@context": {"@vocab": PREFIXES["schema"]},
        "@id": f"{BASE}{place}",
        "@type": ["SoftwareSourceCode", f"{PREFIXES['sh']}SPARQLExecutable"],
        "name": [{"@value": text, "@language": lang} for lang, text in summaries.items() if text],
        "description": question.description or question.summary,
        "programmingLanguage": "SPARQL 1.1",
        "license": LICENCE,
        "keywords": list(question.tags),
        "encoding": {
            "@type": "MediaObject",
            "contentUrl": f"{setting.base}{place}.{_TEXT}",
            "encodingFormat": "application/sparql-query",
        },
        "subjectOf": {"@type": "Dataset", "@id": f"{setting.base}{place}.jsonld", "encodingFormat": FORMS["jsonld"]},
    }


def _rows(answer: Answer) -> Iterable[tuple[Any, ...]]:
    if isinstance(answer.content, Triples):
        return answer.content.rows().rows[:_ROWS]
    return answer.content.rows if isinstance(answer.content, Rows) else ()
