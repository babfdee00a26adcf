"""Namespaces and prefixed names."""

from __future__ import annotations

import pyoxigraph as px
import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmkg.terms import BASE, CONCEPT_SCHEMES, ID_KINDS, NS, PREFIXES, expand, kind_of, shrink

SLUGS = st.from_regex(r"[a-z0-9]+(-[a-z0-9]+)*", fullmatch=True)


def test_prefixes_are_sorted_and_no_namespace_has_two():
    assert list(PREFIXES) == sorted(PREFIXES)
    assert len(set(PREFIXES.values())) == len(PREFIXES)
    assert all(namespace.endswith(("/", "#")) for namespace in PREFIXES.values())


def test_no_prefix_stands_for_a_kind_and_for_a_scheme():
    assert not set(ID_KINDS) & set(CONCEPT_SCHEMES)
    assert {PREFIXES[prefix] for prefix in ID_KINDS} == {f"{BASE}id/{kind}/" for kind in ID_KINDS.values()}
    assert {PREFIXES[scheme] for scheme in CONCEPT_SCHEMES} == {f"{BASE}concept/{name}/" for name in CONCEPT_SCHEMES}


def test_prefixes_are_sparql():
    head = "".join(f"PREFIX {prefix}: <{namespace}>\n" for prefix, namespace in PREFIXES.items())
    assert px.Store().query(f"{head}ASK {{ VALUES ?x {{ {' '.join(f'{prefix}:a' for prefix in PREFIXES)} }} }}")


@given(prefix=st.sampled_from(sorted(PREFIXES)), slug=SLUGS)
def test_expand_and_shrink_are_inverse(prefix, slug):
    iri = expand(f"{prefix}:{slug}")
    assert iri == PREFIXES[prefix] + slug
    assert shrink(iri) == f"{prefix}:{slug}"


@pytest.mark.parametrize(
    "text", ["LLaMA", "", ":a", "nope:a", "model", "Model:a", "model:a b", "model:a.b", "model:羊驼", "https://x.org/a"]
)
def test_expand_gives_nothing_for_what_is_no_prefixed_name(text):
    assert expand(text) is None


@pytest.mark.parametrize("iri", ["https://example.org/x", "https://example.org/", "urn:x", "", f"{BASE}id/nope/x"])
def test_shrink_leaves_what_no_prefix_fits(iri):
    assert shrink(iri) == iri


def test_shrink_cuts_at_the_last_slash_or_hash_only():
    assert shrink(f"{BASE}id/model/a/b") == f"{BASE}id/model/a/b"
    assert shrink("http://www.w3.org/2002/07/owl#Class") == "owl:Class"
    assert shrink(NS) == "llmkg:"


@pytest.mark.parametrize(
    ("iri", "kind"),
    [
        *((f"{BASE}id/{kind}/x", kind) for kind in ID_KINDS.values()),
        *((f"{BASE}concept/{scheme}/x", scheme) for scheme in CONCEPT_SCHEMES),
        (f"{NS}Model", "term"),
        (f"{BASE}query/lineage/x", ""),
        (f"{BASE}id/model", ""),
        ("https://schema.org/name", ""),
        (f"https://elsewhere.org/?u={BASE}id/model/x", ""),
    ],
)
def test_kind_of(iri, kind):
    assert kind_of(iri) == kind
