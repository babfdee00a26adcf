"""The canonical writer: the same graph, one way to write it, and nothing lost."""

from __future__ import annotations

import random
import re

import pyoxigraph as px
import pytest
import rdflib
from hypothesis import example, given, settings
from hypothesis import strategies as st
from rdflib.compare import isomorphic

from llmkg.errors import ReadError
from llmkg.terms import BASE, NS, PREFIXES, RDF, SKOS, XSD
from llmkg.turtle import find_comment, format_turtle, parse_turtle, write_turtle

E = "http://example.org/"
HEAD = f"@prefix e: <{E}> .\n@prefix xsd: <{XSD}> .\n"


def iri(name: str) -> px.NamedNode:
    return px.NamedNode(E + name)


def canonical(triples: list[px.Triple]) -> set[px.Quad]:
    """What two graphs share exactly when they differ in nothing but the names of blank nodes."""
    dataset = px.Dataset(px.Quad(*triple) for triple in triples)
    dataset.canonicalize(px.CanonicalizationAlgorithm.UNSTABLE)
    return set(dataset)


def body(text: str) -> str:
    """Canonical form of what follows the prefixes e: and xsd:, without its own prefixes."""
    return re.sub(r"(?m)^@prefix .*\n", "", format_turtle(HEAD + text)).strip()


# --- any graph at all

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
TRICKY = st.text(st.sampled_from("\"\\\n\r\t\b\f#'.a é\x00\x7f\u2028😀"), max_size=10)
LOCAL = st.sampled_from(["a", "b", "a.b", "a.", "-a", "_a", "a-", "é", "a%20b", "", "a~b", "x/y", "x#y", "7b", "it's"])
NODES = st.one_of(
    LOCAL.map(lambda name: px.NamedNode(E + name)),
    st.sampled_from(sorted(PREFIXES.values())).map(lambda namespace: px.NamedNode(f"{namespace}x")),
    st.sampled_from(["claim/a", "family/a", "model/a", "model/b"]).map(lambda path: px.NamedNode(f"{BASE}id/{path}")),
)
PREDICATES = st.one_of(
    st.sampled_from(
        [RDF + "type", SKOS + "prefLabel", SKOS + "definition", NS + "source", NS + "locator", RDF + "first"]
    ).map(px.NamedNode),
    LOCAL.map(lambda name: px.NamedNode(E + name)),
)
NUMBERS = st.sampled_from(
    [
        *((form, "integer") for form in ("7", "007", "-7", "+7", "1.0", "", "seven")),
        *((form, "decimal") for form in ("1.10", "-.5", "+1.0", "1.", "7", "1e5")),
        *((form, "double") for form in ("3.66e11", "1E5", "1.e5", ".5e-3", "INF", "1.5")),
        *((form, "boolean") for form in ("true", "false", "1", "TRUE")),
        *((form, "gYear") for form in ("2023", "in 2023")),
    ]
).map(lambda pair: px.Literal(pair[0], datatype=px.NamedNode(XSD + pair[1])))
LITERALS = st.one_of(
    TEXTS.map(px.Literal),
    TRICKY.map(px.Literal),
    NUMBERS,
    st.builds(lambda text, tag: px.Literal(text, language=tag), TRICKY, st.sampled_from(["en", "zh", "zh-hans"])),
)


@st.composite
def graphs(draw):
    """Triples whose blank nodes form trees: each is the object of at most one triple."""
    triples, fresh = [], iter(range(10_000))

    def node(depth: int) -> px.NamedNode | px.BlankNode | px.Literal:
        kind = draw(st.integers(0, 9))
        if kind < 3:
            return draw(NODES)
        if kind < 7 or depth > 2:
            return draw(LITERALS)
        if kind == 9:
            return collection(depth)
        inner = px.BlankNode(f"n{next(fresh)}")
        describe(inner, depth + 1, least=0)
        return inner

    def collection(depth: int) -> px.NamedNode | px.BlankNode:
        cells = [px.BlankNode(f"n{next(fresh)}") for _ in range(draw(st.integers(0, 3)))]
        ends = [*cells[1:], px.NamedNode(RDF + "nil")]
        for cell, rest in zip(cells, ends, strict=False):
            triples.append(px.Triple(cell, px.NamedNode(RDF + "first"), node(depth + 1)))
            triples.append(px.Triple(cell, px.NamedNode(RDF + "rest"), rest))
        return cells[0] if cells else px.NamedNode(RDF + "nil")

    def describe(subject: px.NamedNode | px.BlankNode, depth: int, least: int = 1) -> None:
        facts = [(draw(PREDICATES), node(depth)) for _ in range(draw(st.integers(least, 3)))]
        triples.extend(px.Triple(subject, predicate, value) for predicate, value in facts)

    for _ in range(draw(st.integers(0, 4))):
        describe(draw(NODES) if draw(st.integers(0, 5)) else px.BlankNode(f"n{next(fresh)}"), 0)
    return triples


@settings(max_examples=300, deadline=None)
@given(triples=graphs(), seed=st.randoms(use_true_random=False))
def test_result_is_the_same_graph_and_stays_as_it_is_whatever_the_order(triples, seed):
    text = write_turtle(triples, prefixes={"e": E})
    again, declared = parse_turtle(text)
    assert canonical(again) == canonical(triples)
    assert format_turtle(text) == text
    assert all(f"{prefix}:" in text.split(f"<{declared[prefix]}> .", 1)[1] for prefix in declared)
    shuffled = list(triples)
    seed.shuffle(shuffled)
    assert write_turtle(shuffled, prefixes={"e": E}) == text


@settings(max_examples=300, deadline=None)
@given(text=st.one_of(TEXTS, TRICKY), language=st.sampled_from([None, "en", "zh"]))
@example(text='a\n"""', language=None)
@example(text='a\n""""', language=None)
@example(text='a\n\\"', language=None)
@example(text='\n"""""""', language="en")
@example(text='"\n"', language=None)
@example(text="\\\n\\", language=None)
@example(text="\x00\n\x1f\x7f", language=None)
@example(text="a\r\nb\rc", language=None)
def test_text_of_a_literal_is_kept(text, language):
    literal = px.Literal(text, language=language)
    written = write_turtle([px.Triple(iri("s"), iri("p"), literal)], prefixes={"e": E})
    ((triple,), _) = parse_turtle(written)
    assert triple.object == literal
    assert find_comment(written) is None


def test_rdflib_reads_the_same_graph():
    source = (
        HEAD
        + """
        e:s e:p "a\\n\\"\\"\\"", 1.10, 007, 3.66e11, "x"@zh, [ e:q ( 1 [ e:r "#" ] ( ) ) ], "\\u0007" ; a e:C .
        [] e:p [ e:q e:r ] .
    """
    )
    ours = rdflib.Graph().parse(data=format_turtle(source), format="turtle")
    assert isomorphic(ours, rdflib.Graph().parse(data=source, format="turtle"))
    assert len(ours) == 18


# --- how it looks


@pytest.mark.parametrize(
    "literal",
    [
        "1.10",
        "007",
        "-5",
        "3.66e11",
        "1E5",
        "true",
        '"1"^^xsd:decimal',
        '"yes"^^xsd:boolean',
        '"1e5"^^xsd:decimal',
        '"2023"^^xsd:gYear',
        '"POINT(1 2)"^^e:wkt',
        '"x"@zh-hans',
        '"x"@en--ltr',
        '"it\'s"',
        '"a \\"b\\" \\\\ c\\td"',
        '"\\u0000\\u001F\\u007F"',
        '"""two\nlines"""',
        '"""a ""quoted"" word\nand a last \\""""',
        '"""three \\"\\"\\" of them\n"""',
        '"羊驼 😀 é"',
    ],
)
def test_lexical_form_is_kept(literal):
    assert body(f"e:s e:p {literal} .") == f"e:s\n    e:p {literal} ;\n    ."


def test_literals_that_differ_in_form_only_stay_two():
    assert body("e:s e:p 1.10 , 1.1 , 1.10 .").count("e:p") == 2


def test_order_of_predicates_subjects_and_objects():
    source = """
        @prefix claim: <https://w3id.org/llmkg/id/claim/> . @prefix family: <https://w3id.org/llmkg/id/family/> .
        @prefix llmkg: <https://w3id.org/llmkg/ns/> . @prefix org: <https://w3id.org/llmkg/id/organization/> .
        @prefix skos: <http://www.w3.org/2004/02/skos/core#> . @prefix unused: <http://unused.org/> .
        claim:a llmkg:locator "p. 2" ; llmkg:source <http://s> ; llmkg:status <http://t> ; a llmkg:Claim .
        org:z a llmkg:Organization .
        [] a llmkg:Thing .
        family:b a llmkg:ModelFamily .
        llmkg:Model a llmkg:Thing .
        <http://elsewhere.org/x> a llmkg:Thing .
        family:a llmkg:x [ a llmkg:Y ], "b", 1, family:b, "甲"@zh, "z"@en, "c" ; skos:definition "D"@en ;
            skos:altLabel "AA"@en ; skos:prefLabel "乙"@zh, "A"@en ; a llmkg:ModelFamily ; skos:editorialNote "n"@en .
    """
    assert format_turtle(source) == (
        """\
@prefix claim: <https://w3id.org/llmkg/id/claim/> .
@prefix family: <https://w3id.org/llmkg/id/family/> .
@prefix llmkg: <https://w3id.org/llmkg/ns/> .
@prefix org: <https://w3id.org/llmkg/id/organization/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .

<http://elsewhere.org/x>
    a llmkg:Thing ;
    .

[]
    a llmkg:Thing ;
    .

family:a
    a llmkg:ModelFamily ;
    skos:prefLabel "A"@en ;
    skos:prefLabel "乙"@zh ;
    skos:altLabel "AA"@en ;
    skos:definition "D"@en ;
    llmkg:x family:b ;
    llmkg:x "b" ;
    llmkg:x "c" ;
    llmkg:x 1 ;
    llmkg:x "z"@en ;
    llmkg:x "甲"@zh ;
    llmkg:x [
        a llmkg:Y ;
    ] ;
    skos:editorialNote "n"@en ;
    .

family:b
    a llmkg:ModelFamily ;
    .

org:z
    a llmkg:Organization ;
    .

llmkg:Model
    a llmkg:Thing ;
    .

claim:a
    a llmkg:Claim ;
    llmkg:status <http://t> ;
    llmkg:source <http://s> ;
    llmkg:locator "p. 2" ;
    .
"""
    )


def test_one_more_fact_is_one_more_line():
    before = format_turtle(HEAD + "e:a e:p 1, 3 ; e:q 1 . e:c e:p 1 .").splitlines()
    after = format_turtle(HEAD + "e:a e:p 1, 2, 3 ; e:q 1 . e:c e:p 1 .").splitlines()
    assert [line for line in after if line not in before] == ["    e:p 2 ;"]
    assert len(after) == len(before) + 1


def test_nested_blank_nodes_and_lists():
    assert body("e:s e:p [ e:q [ ], [ e:r ( 1 ( ) ( [ a e:C ] ) ) ] ] .") == (
        """\
e:s
    e:p [
        e:q [
            e:r ( 1 rdf:nil ( [
                a e:C ;
            ] ) ) ;
        ] ;
        e:q [] ;
    ] ;
    ."""
    )


@pytest.mark.parametrize(
    "triples",
    [
        "e:s e:p _:l . _:l rdf:first 1 ; rdf:rest _:m . _:m rdf:first 2 ; rdf:rest e:notnil .",
        "e:s e:p _:l . _:l rdf:first 1, 2 ; rdf:rest rdf:nil .",
        "e:s e:p _:l . _:l rdf:first 1 ; rdf:rest rdf:nil, e:x .",
        "e:s e:p _:l . _:l rdf:first 1 ; rdf:rest rdf:nil ; a rdf:List .",
        "e:s e:p _:l . _:l rdf:first 1 ; rdf:rest 2 .",
        "e:s e:p _:l . _:l rdf:first 1 .",
        "_:l rdf:first 1 ; rdf:rest ( 2 ) .",
        "( 1 2 ) e:p 3 .",
    ],
)
def test_what_is_not_quite_a_list_is_kept_as_it_is(triples):
    source = f"{HEAD}@prefix rdf: <{RDF}> .\n{triples}"
    formatted = format_turtle(source)
    assert canonical(parse_turtle(formatted)[0]) == canonical(parse_turtle(source)[0])
    assert format_turtle(formatted) == formatted


def test_no_triples_are_no_text():
    assert write_turtle([]) == ""
    assert format_turtle(HEAD) == ""


def test_prefixes_of_the_project_win_over_those_of_the_file():
    source = f"@prefix aaa: <{BASE}id/model/> . @prefix model: <http://other.org/> . aaa:x a model:y ."
    assert (
        format_turtle(source)
        == f"""\
@prefix model: <{BASE}id/model/> .

model:x
    a <http://other.org/y> ;
    .
"""
    )


def test_of_two_prefixes_for_one_namespace_the_first_is_used():
    source = "@prefix z: <http://o.org/> . @prefix b: <http://o.org/> . z:x a z:y ."
    assert format_turtle(source).startswith("@prefix b: <http://o.org/> .\n\nb:x\n")


def test_empty_prefix_and_a_namespace_that_ends_in_neither_slash_nor_hash():
    source = "@prefix : <http://o.org/> . @prefix odd: <http://o.org/odd-> . :x a odd:y ."
    assert format_turtle(source) == "@prefix : <http://o.org/> .\n\n:x\n    a :odd-y ;\n    .\n"


# --- what is refused


@pytest.mark.parametrize(
    "triples",
    [
        "e:a e:p _:x . e:b e:p _:x .",
        "e:a e:p _:x ; e:q _:x .",
        "_:x e:p _:x .",
        "_:x e:p _:y . _:y e:p _:x .",
        "e:a e:p _:x . _:x e:p _:y . _:y e:p _:x .",
    ],
)
def test_blank_nodes_that_form_no_tree_are_refused(triples):
    with pytest.raises(ReadError, match=r"^a\.ttl: Blank nodes that do not form a tree\. Give the node an IRI\.$"):
        format_turtle(HEAD + triples, where="a.ttl")


def test_circular_list_is_refused():
    with pytest.raises(ReadError, match="do not form a tree"):
        format_turtle(f"{HEAD}@prefix rdf: <{RDF}> . e:a e:p _:x . _:y rdf:first 1 ; rdf:rest _:y .")


def test_blank_nodes_nested_without_end_are_refused():
    with pytest.raises(ReadError, match=r"^a\.ttl: Blank nodes nested too deeply\."):
        format_turtle(HEAD + "e:a e:p " + "[ e:p " * 900 + "1" + " ]" * 900 + " .", where="a.ttl")


@pytest.mark.parametrize("triple", ["e:a e:p <<( e:a e:b e:c )>> .", "<< e:a e:b e:c >> e:p e:q ."])
def test_statement_about_a_statement_is_refused(triple):
    line = HEAD.count("\n") + 2
    with pytest.raises(ReadError, match=rf"^a\.ttl:{line}: A statement about a statement\."):
        format_turtle(HEAD + f'e:a e:says "<<" .\n{triple}', where="a.ttl")


def test_statement_about_a_statement_is_not_written():
    nested = px.Triple(*(px.NamedNode(E + name) for name in "abc"))
    with pytest.raises(ReadError, match=r"^a\.ttl: A statement about a statement\."):
        write_turtle([px.Triple(nested.subject, nested.predicate, nested)], where="a.ttl")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("# first\n", 1),
        (HEAD + "e:a e:b e:c . # after\n", 3),
        (HEAD + 'e:a e:b "#" . # after a string\n', 3),
        (HEAD + 'e:a e:b """\n#\n"""\n . # after a long string\n', 6),
        (HEAD + "e:a e:b '''\n# ' ''\n''' . #\n", 5),
        (HEAD + r"e:a\'b e:p e:c . # it's" + "\n", 3),
        (HEAD + r"e:a\#b e:p 'it\'s #' . # c" + "\n", 3),
        (HEAD + "<http://x/#y> e:p <http://x/#z> ;\n# c", 4),
    ],
)
def test_comment_is_refused_with_its_line(text, line):
    assert find_comment(text) == line
    with pytest.raises(ReadError, match=rf"^g/a\.ttl:{line}: A comment;.*skos:editorialNote"):
        format_turtle(text, where="g/a.ttl")
    with pytest.raises(ReadError, match=rf"^line {line}: A comment;"):
        format_turtle(text)


@pytest.mark.parametrize(
    "text",
    [
        'e:a e:b "# no" .',
        "e:a e:b '# no' .",
        'e:a e:b """\n# no " ""\n""" .',
        "e:a e:b '''\n# no\n''' .",
        'e:a e:b "a \\" # no" .',
        "<http://x/#no> e:b <http://x/y#no> .",
        r"e:a\#b e:p e:c .",
        '<http://x#> <http://x#> "<http://x" .',
    ],
)
def test_hash_sign_within_a_string_or_iri_is_no_comment(text):
    assert find_comment(HEAD + text) is None
    format_turtle(HEAD + text)


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ("e:a e:b e:c", 3, "Unexpected end"),
        ("e:a e:b z:c .", 3, "The prefix z: has not been declared"),
        ("\n\ne:a e:b .", 5, "not a valid RDF object"),
        ("e:a e:b <http://x y> .", 3, "Invalid IRI"),
        ("e:a e:b <relative> .", 3, "No scheme found"),
        ('e:a e:b "\\q" .', 3, ""),
        ("e:a e:b e:c .\ne:a e:b ] .\n", 4, ""),
    ],
)
def test_broken_turtle_is_told_with_file_and_line(text, line, what):
    with pytest.raises(ReadError) as told:
        parse_turtle(HEAD + text, where="graph/a.ttl")
    assert told.value.where == f"graph/a.ttl:{line}"
    assert re.fullmatch(rf"Not Turtle: (?!Parser).*{what}.*(?<!\.)\.", told.value.what)
    assert "\n" not in str(told.value)
    with pytest.raises(ReadError, match=f"^line {line}: Not Turtle"):
        parse_turtle(HEAD + text)


def test_parsed_triples_are_in_the_order_of_the_text():
    names = [f"n{number}" for number in range(50)]
    random.Random(1).shuffle(names)  # noqa: S311 - any order will do
    triples, prefixes = parse_turtle(HEAD + "".join(f"e:{name} a e:C .\n" for name in names))
    assert [triple.subject.value.removeprefix(E) for triple in triples] == names
    assert prefixes == {"e": E, "xsd": XSD}
