"""What a page says of itself to programs: the core of a thing in schema.org's and llmkg's own words, as JSON-LD."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import pyoxigraph as px
from markupsafe import Markup

from llmkg.addresses import FORMS
from llmkg.site.layout import safe_link
from llmkg.site.signposts import LICENCE
from llmkg.site.words import SCHEMA_TYPES
from llmkg.terms import CONCEPT_SCHEMES, NS, PREFIXES, SKOS, kind_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from llmkg.site.sections import Setting
    from llmkg.site.statements import Statements
    from llmkg.store import Term

__all__ = ["described", "script_json"]

_SCHEMA: Final = PREFIXES["schema"]
_TITLE: Final = f"{PREFIXES['dcterms']}title"
_SAME: Final = (SKOS + "exactMatch", NS + "url")


def script_json(value: Any) -> Markup:
    r"""JSON that can stand in a ``script`` element, whatever texts are in it.

    >>> script_json("</script>")
    Markup('"\\u003c/script\\u003e"')
    """
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    for sign in ("<", ">", "&", "\u2028", "\u2029"):
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return Markup(text)  # noqa: S704 - no sign is left that could end the element


def described(setting: Setting, statements: Statements, iri: str, place: str) -> Markup:
    """The core of a thing as JSON-LD for its page.

    Args:
        setting: The site.
        statements: All statements.
        iri: The thing's IRI.
        place: Path of its documents, without an ending.
    """
    said = statements.said.get(iri, {})
    kind = kind_of(iri)
    schema = SCHEMA_TYPES.get(kind, "DefinedTerm" if kind in CONCEPT_SCHEMES else "Thing")
    types = [term.value for term in said.get(f"{PREFIXES['rdf']}type", ()) if isinstance(term, px.NamedNode)]
    links = [link for name in _SAME for term in said.get(name, ()) if (link := safe_link(term.value))]
    core = {
        "@context": {"@vocab": _SCHEMA, "llmkg": NS},
        "@id": iri,
        "@type": [schema, *types],
        "name": _texts(said.get(SKOS + "prefLabel", said.get(_TITLE, ()))),
        "alternateName": _texts(said.get(SKOS + "altLabel", ())),
        "description": _texts(said.get(SKOS + "definition", ())),
        "sameAs": [{"@id": link} for link in links],
        "datePublished": [term.value for term in said.get(f"{PREFIXES['dcterms']}issued", ())],
        "about": _things(statements.derived.get(iri, {}).get(NS + "isAbout", ())),
        "appearance": _things(said.get(NS + "source", ())),
        "subjectOf": {
            "@type": "Dataset",
            "@id": f"{setting.base}{place}.jsonld",
            "encodingFormat": FORMS["jsonld"],
            "license": LICENCE,
        },
    }
    return script_json({name: value for name, value in core.items() if value})


def _things(terms: Sequence[Term]) -> list[dict[str, str]]:
    return [{"@id": term.value} for term in terms if isinstance(term, px.NamedNode)]


def _texts(terms: Sequence[Term]) -> list[Any]:
    return [
        {"@value": term.value, "@language": term.language}
        if isinstance(term, px.Literal) and term.language
        else term.value
        for term in terms
    ]
