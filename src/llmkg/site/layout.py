"""The frame of every page: one Jinja environment, in which everything is text unless a template makes it markup."""

from __future__ import annotations

from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urlsplit

import jinja2
from markupsafe import Markup

if TYPE_CHECKING:
    from llmkg.site.sections import Setting

__all__ = ["DOORS", "fragment", "page", "relative", "safe_link", "twin_of"]

DOORS: Final = (
    ("id/index", {"en": "Browse", "zh": "浏览"}),
    ("explore/index", {"en": "Explore", "zh": "谱系"}),
    ("query/index", {"en": "Questions", "zh": "问题"}),
    ("sparql", {"en": "SPARQL", "zh": "SPARQL"}),
    ("data/index", {"en": "Data", "zh": "数据"}),
    ("ontology/index", {"en": "Ontology", "zh": "本体"}),
    ("search", {"en": "Search", "zh": "搜索"}),
)
"""Where every page leads to: a path without its ending, and its name in each language."""

_CHINESE: Final = ".zh.html"
_ENGLISH: Final = ".html"


@lru_cache(maxsize=1)
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("llmkg.site"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["link"] = safe_link
    return environment


def page(  # noqa: PLR0913 - what every page has
    setting: Setting, template: str, path: str, *, lang: str, title: str, twin: str | None = None, **values: Any
) -> bytes:
    """A page.

    Args:
        setting: The site.
        template: Name of a template, which extends ``base.html``.
        path: Path of the page, ending included; links are relative to it.
        lang: ``en`` or ``zh``.
        title: Title of the page, as text.
        twin: Path of the same page in the other language; empty if there is none, by default as :func:`twin_of` says.
        **values: What the template needs.
    """
    text = (
        _environment()
        .get_template(template)
        .render(
            setting=setting,
            path=path,
            lang=lang,
            title=title,
            twin=twin_of(path) if twin is None else twin,
            doors=DOORS,
            ending=_CHINESE if lang == "zh" else _ENGLISH,
            to=partial(_link, path.rpartition("/")[0]),
            absolute=lambda target: setting.base + quote(target),
            **values,
        )
    )
    return text.encode()


def fragment(template: str, macro: str, *values: Any) -> Markup:
    """A part of a page, as a macro makes it.

    Args:
        template: Name of the template that has it.
        macro: Its name.
        *values: What it takes.
    """
    return Markup(getattr(_environment().get_template(template).module, macro)(*values))  # noqa: S704 - Jinja escapes


@lru_cache(maxsize=100_000)
def _link(folder: str, target: str) -> str:
    return relative(f"{folder}/" if folder else "", quote(target))


def twin_of(path: str) -> str:
    """The path of the same page in the other language.

    >>> twin_of("id/family/llama.html"), twin_of("index.zh.html")
    ('id/family/llama.zh.html', 'index.html')
    """
    if path.endswith(_CHINESE):
        return path.removesuffix(_CHINESE) + _ENGLISH
    return path.removesuffix(_ENGLISH) + _CHINESE


def relative(path: str, target: str) -> str:
    """A link from one path of the site to another, which works wherever the site is put.

    >>> relative("id/family/llama.html", "assets/site.css")
    '../../assets/site.css'
    >>> relative("index.html", "id/family/palm.html")
    'id/family/palm.html'
    """
    here, there = path.split("/")[:-1], target.split("/")
    same = 0
    while same < len(here) and same < len(there) - 1 and here[same] == there[same]:
        same += 1
    return "../" * (len(here) - same) + "/".join(there[same:])


def safe_link(address: str) -> str:
    """An address that a page may link to: of the web or of mail; else nothing.

    >>> safe_link("https://arxiv.org/abs/2302.13971"), safe_link("javascript:alert(1)")
    ('https://arxiv.org/abs/2302.13971', '')
    """
    try:
        return address if urlsplit(address).scheme.lower() in {"http", "https", "mailto"} else ""
    except ValueError:
        return ""
