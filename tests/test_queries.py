"""Saved questions as a module: headers, parameters, binding and the catalogue. The questions themselves are tested elsewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pyoxigraph as px
import pytest
import rdflib
from hypothesis import given
from hypothesis import strategies as st

from llmkg.catalogue import Catalogue, read_query
from llmkg.errors import ParameterError, ReadError, UnknownQueryError
from llmkg.files import Project, TextFile
from llmkg.queries import Parameter, ask, fill, run
from llmkg.store import EmbeddedStore, RdflibStore, Rows
from llmkg.terms import NS, PREFIXES, XSD

HEAD = """\
#+ summary: Which values are there?
#+ summary-zh: 有哪些值？
#+ description: All of them.
#+ tags: [test, internal]
#+ params:
#+   value: {type: string, example: x}
#+ returns: {s: iri, o: literal}
"""
TEXT = HEAD + 'SELECT ?s ?o WHERE { VALUES ?value { "x" } ?s ?p ?o . FILTER (str(?o) = str(?value)) } ORDER BY ?s\n'


def question(text=TEXT, name="queries/tests/values.rq"):
    return read_query(TextFile(name, text))


def parameter(type_, **more):
    return Parameter(
        **{"name": "it", "type": type_, "class_": "", "scheme": "", "example": "7", "required": True} | more
    )


def literal(value, datatype):
    return px.Literal(value, datatype=px.NamedNode(XSD + datatype))


def test_a_header_is_read():
    asked = question()
    assert asked.id == "tests/values"
    assert asked.path == "queries/tests/values.rq"
    assert asked.text == TEXT
    assert (asked.summary, asked.summary_zh) == ("Which values are there?", "有哪些值？")
    assert asked.description == "All of them."
    assert asked.tags == ("test", "internal")
    assert asked.returns == {"s": "iri", "o": "literal"}
    assert asked.parameters == (parameter("string", name="value", example="x"),)


def test_a_header_of_one_line_is_enough():
    asked = question("#+ summary: Is there anything?\nASK { ?s ?p ?o }\n")
    assert (asked.summary_zh, asked.description, asked.tags, asked.parameters) == ("", "", (), ())
    assert asked.returns == {}


def test_a_file_may_be_all_header():
    assert question("#+ summary: Is there anything?").summary == "Is there anything?"


def test_a_parameter_keeps_what_its_header_says():
    asked = question(
        "#+ summary: Which?\n#+ params:\n"
        "#+   model: {type: iri, class: llmkg:Model, example: family:llama}\n"
        "#+   kind: {type: iri, class: skos:Concept, scheme: technique, example: technique:rope, required: false}\n"
        "#+   other: {type: iri, class: 'https://example.org/C', example: family:llama}\n"
        "#+   day: {type: date, example: 2022-12-31}\n"
        "SELECT * { VALUES ?model { UNDEF } VALUES ?kind { UNDEF } VALUES ?other { UNDEF } VALUES ?day { UNDEF } }\n"
    )
    model, kind, other, day = asked.parameters
    assert (model.class_, model.scheme, model.required, model.example) == (NS + "Model", "", True, "family:llama")
    assert (kind.scheme, kind.required) == ("technique", False)
    assert other.class_ == "https://example.org/C"
    assert day.example == "2022-12-31"


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ("SELECT * { ?s ?p ?o }", 1, "The header has no summary."),
        ("", 1, "The header has no summary."),
        ("#+ tags: [a]\nSELECT * {}", 1, "The header has no summary."),
        ("#+ summary: 3\nSELECT * {}", 1, "The header has no summary."),
        ("#+ only a text\nSELECT * {}", 1, "The header has no summary."),
        ("#+ summary: one: two\nSELECT * {}", 1, "The header is not YAML: mapping values are not allowed here."),
        ("#+ summary: A\n#+ tags: [a\nSELECT * {}", 2, "The header is not YAML"),
        ("#+ summary: A\n#+ tags: \x00\nSELECT * {}", 1, "The header is not YAML: cannot be read."),
        ("#+ summary: A\n#+ day: 2021-02-30\nASK {}", 1, "The header is not YAML: cannot be read."),
        ("#+ summary: A\n#+ tags: lineage\nASK {}", 2, "tags in the header is not a list"),
        ("#+ summary: A\n#+ tags: [a]\n#+ params: [a]\nASK {}", 3, "params in the header is not a mapping"),
        ("#+ summary: A\n#+ returns: all\nASK {}", 2, "returns in the header is not a mapping"),
        ('#+ summary: A\n#+ "returns": all\nASK {}', 1, "returns in the header is not a mapping"),
    ],
)
def test_a_header_that_is_wrong_is_refused_with_its_line(text, line, what):
    with pytest.raises(ReadError) as caught:
        question(text)
    assert caught.value.where == f"queries/tests/values.rq:{line}"
    assert caught.value.what.startswith(what)
    assert caught.value.hint


@pytest.mark.parametrize("spec", ["iri", "{type: iri}", "{example: x}", "{type: int, example: 1}", "{}", "[iri]"])
def test_a_parameter_without_type_or_example_is_refused_with_its_line(spec):
    with pytest.raises(ReadError) as caught:
        question(f"#+ summary: A\n#+ params:\n#+   value: {spec}\nASK {{}}\n")
    assert caught.value.where == "queries/tests/values.rq:3"
    assert caught.value.what == "The parameter value has no type or no example."
    assert "types: iri, string, langString, integer, decimal, boolean, date, gYear" in caught.value.hint


def test_a_parameter_in_flow_form_is_refused_with_a_line_too():
    with pytest.raises(ReadError) as caught:
        question("#+ summary: A\n#+ params: {value: iri}\nASK {}\n")
    assert caught.value.where == "queries/tests/values.rq:1"


def test_a_parameter_that_is_used_and_not_declared_is_refused_where_it_is_used():
    with pytest.raises(ReadError) as caught:
        question(TEXT.replace("?s ?p ?o .", "?s ?p ?o .\n  VALUES ?else { 1 }\n"))
    assert caught.value.where == "queries/tests/values.rq:9"
    assert caught.value.what == "VALUES ?else is not declared as a parameter."


def test_a_parameter_that_is_declared_and_not_used_is_refused_where_the_header_ends():
    with pytest.raises(ReadError) as caught:
        question(TEXT.replace('VALUES ?value { "x" }', "# VALUES ?value { 'x' }\n"))
    assert caught.value.where == "queries/tests/values.rq:7"
    assert caught.value.what == "The parameter value is declared and not used."


@pytest.mark.parametrize(
    ("type_", "text", "term"),
    [
        ("iri", "family:llama", px.NamedNode("https://w3id.org/llmkg/id/family/llama")),
        ("iri", "https://example.org/羊驼", px.NamedNode("https://example.org/羊驼")),
        ("iri", "urn:x:y", px.NamedNode("urn:x:y")),
        ("string", "", px.Literal("")),
        ("string", '"} UNION { ?a ?b ?c } #', px.Literal('"} UNION { ?a ?b ?c } #')),
        ("string", "line\nline\r\ttab \\ 羊驼 \x00", px.Literal("line\nline\r\ttab \\ 羊驼 \x00")),
        ("integer", "7", literal("7", "integer")),
        ("integer", "-12", literal("-12", "integer")),
        ("integer", "+3", literal("+3", "integer")),
        ("decimal", "2.50", literal("2.50", "decimal")),
        ("decimal", ".5", literal(".5", "decimal")),
        ("decimal", "-3", literal("-3", "decimal")),
        ("boolean", "true", literal("true", "boolean")),
        ("boolean", "false", literal("false", "boolean")),
        ("date", "2024-02-29", literal("2024-02-29", "date")),
        ("gYear", "2020", literal("2020", "gYear")),
    ],
)
def test_a_value_of_a_type_becomes_a_term(type_, text, term):
    assert parameter(type_).term(text) == term


@pytest.mark.parametrize(
    ("type_", "text"),
    [
        *[("iri", text) for text in ("llama", "", "a b", "http://x/ y", "http://x/>", "http://x/{}", "http://x/\n", "<a:b>", "http://x/\\", 'http://x/"')],
        *[("integer", text) for text in ("", "1.0", "1e3", "one", "--1", "1 ", " 1", "1\n", "١", "1}", "0x1")],
        *[("decimal", text) for text in ("", ".", "1.", "1e3", "1,5", "NaN", "1.5}")],
        *[("boolean", text) for text in ("", "True", "1", "yes", "true ")],
        *[("date", text) for text in ("", "2023-02-29", "2021-13-01", "2021-1-1", "2021", "20210101", "2021-W01-1", "0000-01-01", "2021-01-01Z")],
        *[("gYear", text) for text in ("", "20", "20200", "2020-01", "-2020", "MMXX")],
    ],
)  # fmt: skip
def test_a_value_that_is_not_of_the_type_is_refused(type_, text):
    with pytest.raises(ParameterError) as caught:
        parameter(type_).term(text)
    assert caught.value.exit_code == 2
    assert caught.value.where == "it"
    assert caught.value.what.startswith(f"{text!r} is not ")
    assert caught.value.hint == "For example it=7"


ALONG = "https://example.org/p"
NASTY = (
    '"',
    '"""',
    "'",
    "\\",
    '\\"',
    "}",
    "{ }",
    '" } UNION { ?s ?p ?o } #',
    "x\n} #",
    "\r\n",
    "\t",
    "#",
    "<http://x/>",
    "VALUES ?value { 1 }",
    "羊驼 🦙",
    "\u2028",
    "\x00",
    "\x7f",
    "\\u0022 } #",
    "\\\\u0022",
    "\\U00000022 } #",
    "\\u000A",
    "\\u005C",
    "\\\x01u0022",
    "\\\x01",
    "\x010022",
    "%22",
    "UNDEF",
    "",
    " ",
)


@pytest.fixture(scope="module")
def nasty():
    """Both engines with a statement for each nasty literal, an empty one included."""
    return engines([*NASTY, "x", "other"])


def engines(values):
    statements = [
        px.Quad(px.NamedNode(f"https://example.org/s{number}"), px.NamedNode(ALONG), px.Literal(value))
        for number, value in enumerate(values)
    ]
    store = px.Store()
    store.extend(statements)
    return EmbeddedStore(store), RdflibStore.of(statements)


@pytest.mark.parametrize("value", NASTY, ids=ascii)
def test_a_value_stays_in_its_place(nasty, value):
    asked = question()
    bound = asked.bind({"value": [asked.parameters[0].term(value)]})
    for store in nasty:
        assert [row[1] for row in store.query(bound).rows] == [px.Literal(value)]


@given(st.text())
def test_whatever_the_value_only_one_term_of_the_query_changes(value):
    asked = question()
    bound = asked.bind({"value": [asked.parameters[0].term(value)]})
    before, after = TEXT.split('"x"', 1)
    assert bound.startswith(before)
    assert bound.endswith(after)
    held = bound[len(before) : len(bound) - len(after)]
    assert px.parse(f"<a:s> <a:p> {held} .", format=px.RdfFormat.N_TRIPLES).__next__().object == px.Literal(value)
    for store in engines(sorted({value, value + "x", '"'})):
        assert {row[1].value for row in store.query(bound).rows} == {value}


@given(st.text())
def test_an_iri_is_one_or_is_refused(text):
    it = parameter("iri")
    try:
        term = it.term(f"https://example.org/{text}")
    except ParameterError:
        return
    assert not re.search(r'[\x00-\x20<>"{}|^`\\]', term.value)
    store = px.Store()
    store.add(px.Quad(term, term, term))
    answer = EmbeddedStore(store).query(f"SELECT * {{ VALUES ?s {{ {term} }} ?s ?p ?o }}")
    assert len(answer.rows) == 1


def test_several_values_match_any_of_them(nasty):
    asked = question(TEXT.replace("example: x", "example: x, multiple: true"))
    for store in nasty:
        answer = run(store, asked, {"value": [px.Literal("x"), px.Literal('"')]})
        assert {row[1].value for row in answer.rows} == {"x", '"'}


def test_a_required_parameter_must_be_given():
    with pytest.raises(ParameterError) as caught:
        question().bind({})
    assert str(caught.value) == "tests/values needs the parameter 'value'. For example value=x"
    with pytest.raises(ParameterError):
        question().bind({"value": []})


def test_an_unknown_parameter_is_refused():
    with pytest.raises(ParameterError) as caught:
        question().bind({"value": [px.Literal("x")], "valeu": [], "b": []})
    assert str(caught.value) == "tests/values has no parameter 'b'. It has value."
    with pytest.raises(ParameterError, match="It has none"):
        question("#+ summary: A\nASK {}\n").bind({"x": []})


def test_a_parameter_that_may_be_left_out_then_restricts_nothing(nasty):
    asked = question(
        TEXT.replace("example: x", "example: x, required: false").replace(
            "?s ?p ?o .", "?s ?p ?value . BIND (?value AS ?o)"
        )
    )
    for store in nasty:
        assert len(run(store, asked).rows) == len(NASTY) + 2
        assert len(run(store, asked, {"value": [px.Literal("x")]}).rows) == 1
    assert "VALUES ?value { UNDEF }" in asked.bind({})


def test_a_parameter_left_open_restricts_nothing_though_required():
    asked = question()
    assert "VALUES ?value { UNDEF }" in asked.bind({}, leave_open=["value"])
    assert asked.bind({"value": [px.Literal("y")]}, leave_open=["value"]) == asked.bind({}, leave_open=["value"])


def test_every_line_of_a_parameter_is_filled():
    text = """\
SELECT * WHERE {
  VALUES ?m { <a:x> }
  { values ?m {<a:x>} ?m ?p ?o } UNION { VALUES  ?m
  { <a:x> } ?o ?p ?m }
  VALUES ?n { <a:x> }
}"""
    filled = fill(text, {"m": "<a:y>"})
    assert filled.count("<a:y>") == 3
    assert filled.count("VALUES ?n { <a:x> }") == 1
    assert fill(filled, {"m": "<a:x>", "n": "<a:x>"}).split() == fill(text, {"m": "<a:x>", "n": "<a:x>"}).split()


@pytest.mark.parametrize(
    "kept",
    [
        "# VALUES ?m { <a:x> }",
        "'VALUES ?m { <a:x> }'",
        '"VALUES ?m { <a:x> }"',
        '"\\" VALUES ?m { <a:x> }"',
        "'\\' VALUES ?m { <a:x> }'",
        '"""a "VALUES ?m { <a:x> }" \n VALUES ?m { <a:x> }"""',
        "'''it's VALUES ?m { <a:x> }'''",
        "<http://x/#VALUES?m{<a:x>",
        "VALUES (?m) { (<a:x>) }",
        "VALUES ?mm { <a:x> }",
        "?VALUES ?x { <a:x> }",
    ],
)
def test_what_is_not_a_values_line_of_the_parameter_is_left_alone(kept):
    text = f"SELECT * {{ {kept}\n VALUES ?m {{ <a:x> }} ?m ?p ?o }}"
    assert fill(text, {"m": "<a:y>"}) == f"SELECT * {{ {kept}\n VALUES ?m {{ <a:y> }} ?m ?p ?o }}"


@pytest.mark.parametrize("held", ["<http://x/}>", '"a}b"', '"a\\"}b"', "'a}b'", "", "1 2 3", '"x"@en <a:b>', "UNDEF"])
def test_whatever_an_example_holds_is_replaced_whole(held):
    assert fill(f"SELECT * {{ VALUES ?m {{ {held} }} }}", {"m": "<a:y>"}) == "SELECT * { VALUES ?m { <a:y> } }"


@given(st.text(alphabet=st.sampled_from("VALUES?m{}<>\"'#\\ \na")))
def test_a_text_is_filled_or_left_alone_and_nothing_else(text):
    assert fill(text, {}) == text
    filled = fill(text, {"m": "\x01"})
    assert re.sub(r"\{ \x01 \}", "", filled) == filled.replace("{ \x01 }", "")
    assert fill(filled, {"m": "\x01"}) == filled


@pytest.fixture
def catalogue(tmp_path):
    for name, text in {
        "queries/a/one.rq": TEXT,
        "queries/a/two.rq": "#+ summary: Two?\nASK { ?s ?p ?o }\n",
        "queries/b/two.rq": "#+ summary: Other two?\nCONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }\n",
        "queries/b/deep/three.rq": "#+ summary: Three?\nSELECT (1 AS ?n) {}\n",
        "queries/b/broken.rq": "SELECT",
        "queries/checks/rule.rq": "#+ summary: A rule?\nASK {}\n",
        "queries/b/note.txt": "not a query",
        "queries/b/.hidden.rq": "not a query",
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return Catalogue(Project(tmp_path))


def test_a_catalogue_lists_questions_and_not_rules(catalogue):
    assert catalogue.ids == ["a/one", "a/two", "b/broken", "b/deep/three", "b/two"]
    assert len(catalogue) == 5


def test_a_question_is_found_by_its_id_or_by_a_stem_of_its_own(catalogue):
    assert catalogue["a/one"].summary == "Which values are there?"
    assert catalogue["one"].id == "a/one"
    assert catalogue["three"].id == "b/deep/three"
    assert catalogue.text("a/one") == TEXT


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("two", "Did you mean a/two, b/two?"),
        ("a/three", "Did you mean a/one, a/two, b/deep/three?"),
        ("thre", "Did you mean b/deep/three?"),
        ("zzz", "'llmkg query' lists them."),
        ("", "'llmkg query' lists them."),
        ("checks/rule", "'llmkg query' lists them."),
        ("../../etc/passwd", "'llmkg query' lists them."),
    ],
)
def test_a_question_that_is_not_there_is_refused_and_others_suggested(catalogue, name, hint):
    with pytest.raises(UnknownQueryError) as caught:
        catalogue[name]
    assert caught.value.exit_code == 4
    assert str(caught.value).startswith(f"No saved question is called {name!r}. ")
    assert caught.value.hint == hint


def test_a_question_whose_header_is_broken_is_refused_with_its_path(catalogue):
    with pytest.raises(ReadError) as caught:
        list(catalogue)
    assert caught.value.where == "queries/b/broken.rq:1"


def test_the_text_of_a_question_that_is_not_there_is_refused(catalogue):
    with pytest.raises(ReadError, match=r"queries/a/none\.rq"):
        catalogue.text("a/none")


def test_questions_of_every_form_give_rows(catalogue):
    store, _ = engines(["x"])
    assert run(store, catalogue["a/two"]) == Rows(("answer",), ((literal("true", "boolean"),),))
    assert run(store, catalogue["b/two"]).columns == ("subject", "predicate", "object")
    assert len(run(store, catalogue["b/two"]).rows) == 1
    assert run(store, catalogue["three"]).rows == ((literal("1", "integer"),),)


def test_the_programs_own_questions_are_selects():
    store, _ = engines(["x", "y"])
    answer = ask(store, TEXT, value=[px.Literal("y")])
    assert [row[1].value for row in answer.rows] == ["y"]
    with pytest.raises(TypeError):
        ask(store, "ASK { ?s ?p ?o }")


def test_the_catalogue_of_the_project_can_be_read_whole(project):
    catalogue = Catalogue(project)
    assert [asked.id for asked in catalogue] == catalogue.ids
    assert not [id_ for id_ in catalogue.ids if id_.startswith("checks/")]
    assert len(catalogue) >= 25


def test_a_bound_question_of_the_project_parses_in_both_engines(project):
    catalogue = Catalogue(project)
    nothing = px.NamedNode("https://example.org/nothing")
    for asked in catalogue:
        values = {it.name: [nothing if it.type == "iri" else it.term(it.example)] for it in asked.parameters}
        bound = asked.bind(values)
        px.Store().query(bound, prefixes=PREFIXES)
        rdflib.plugins.sparql.prepareQuery(bound, initNs=PREFIXES)
        assert Path(asked.path).stem == asked.id.rpartition("/")[2]


@pytest.mark.parametrize(
    ("text", "term"),
    [("x@en", px.Literal("x", language="en")), ("a@b@zh-Hans", px.Literal("a@b", language="zh-Hans"))],
)
def test_a_text_with_its_language_becomes_a_term(text, term):
    assert parameter("langString").term(text) == term


@pytest.mark.parametrize("text", ["x", "x@", "x@e n", ""])
def test_a_text_without_a_language_is_no_lang_string(text):
    with pytest.raises(ParameterError, match="is not a text with its language"):
        parameter("langString").term(text)


def test_a_parameter_left_out_has_its_default():
    asked = question(TEXT.replace("example: x", "example: x, default: y"))
    assert not asked.parameters[0].required
    assert 'VALUES ?value { "y" }' in asked.bind({})
    assert 'VALUES ?value { "z" }' in asked.bind({"value": [px.Literal("z")]})
    assert "VALUES ?value { UNDEF }" in asked.bind({}, leave_open=["value"])


def test_only_a_multiple_parameter_takes_several_values():
    with pytest.raises(ParameterError, match="takes one value, and 2 were given"):
        question().bind({"value": [px.Literal("x"), px.Literal("y")]})


def test_what_a_parameter_may_not_have_is_told_with_its_line():
    with pytest.raises(ReadError) as caught:
        question(TEXT.replace("example: x", "example: x, many: true"))
    assert caught.value.where == "queries/tests/values.rq:6"
    assert "'many'" in caught.value.what


def test_a_header_says_which_statuses_it_is_about_and_what_stands_behind_a_row():
    more = "#+ statuses: all\n#+ why: {question: a/b, c: s}\n"
    asked = question(HEAD + more + TEXT.removeprefix(HEAD))
    assert (asked.statuses, asked.why) == ("all", {"question": "a/b", "c": "s"})
    assert (question().statuses, question().why) == ("policy", {})
    with pytest.raises(ReadError, match="statuses in the header is 'some'"):
        question(HEAD + "#+ statuses: some\n" + TEXT.removeprefix(HEAD))
