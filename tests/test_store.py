"""Two engines, one protocol: the same answers, the same refusals."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pyoxigraph as px
import pytest
import rdflib

from llmkg.errors import QuerySyntaxError, StoreError
from llmkg.guard import refuse_service
from llmkg.store import EmbeddedStore, RdflibStore, Rows, Triples
from llmkg.terms import PREFIXES, XSD
from llmkg.turtle import parse_turtle

E = "http://example.org/"
DATA = f"""\
@prefix e: <{E}> .
@prefix xsd: <{XSD}> .
e:a a e:C ; e:p "one"@en, "一"@zh-hans, "plain", "two\\nlines \\"q\\" \\\\", 7, 1.5, true, "2023"^^xsd:gYear .
e:b a e:C ; e:p "x"^^e:own, e:a, "1.10"^^e:version, [ e:q e:b ] .
"""
OTHER = f"@prefix e: <{E}> . e:a e:r e:b . e:b e:r e:c ."


def quads() -> list[px.Quad]:
    """Two named graphs, each with something about e:a and e:b."""
    first = [px.Quad(*triple, px.NamedNode(f"{E}one")) for triple in parse_turtle(DATA)[0]]
    return first + [px.Quad(*triple, px.NamedNode(f"{E}two")) for triple in parse_turtle(OTHER)[0]]


@pytest.fixture(scope="module")
def engines():
    engine = px.Store()
    engine.extend(quads())
    before = rdflib.NORMALIZE_LITERALS
    yield {"embedded": EmbeddedStore(engine), "rdflib": RdflibStore.of(quads())}
    rdflib.NORMALIZE_LITERALS = before


@pytest.fixture(params=["embedded", "rdflib"])
def engine(request, engines):
    return engines[request.param]


def plain(text: str) -> str:
    return f"PREFIX e: <{E}>\n{text}"


# --- the same answers

SELECTS = [
    "SELECT ?o { e:a e:p ?o } ORDER BY str(?o) lang(?o)",
    "SELECT ?s ?o { ?s e:p ?o FILTER(isLiteral(?o)) } ORDER BY ?s str(?o) lang(?o)",
    'SELECT ?o { e:a e:p ?o FILTER(lang(?o) = "zh-hans") }',
    'SELECT ?o { e:b e:p ?o FILTER(datatype(?o) = e:own || str(?o) = "1.10") } ORDER BY str(?o)',
    "SELECT ?s ?n { ?s a e:C OPTIONAL { ?s e:none ?n } } ORDER BY ?s",
    "SELECT ?s (COUNT(*) AS ?n) { ?s e:p ?o } GROUP BY ?s ORDER BY ?s",
    "SELECT ?x { e:a e:r+ ?x } ORDER BY ?x",
    "SELECT (1/0 AS ?none) (str(e:a) AS ?text) {}",
    "SELECT ?s { ?s e:none ?o }",
    "SELECT ?class { e:a a ?class }",
]


@pytest.mark.parametrize("query", SELECTS)
def test_select_gives_the_same_rows_in_both(engines, query):
    embedded, second = (engines[name].query(plain(query)) for name in ("embedded", "rdflib"))
    assert isinstance(embedded, Rows)
    assert embedded == second


def test_terms_are_as_they_were_written(engine):
    rows = engine.query(plain("SELECT ?o { ?s e:p ?o FILTER(isLiteral(?o)) }"))
    assert {row[0] for row in rows.rows} == {
        px.Literal("one", language="en"),
        px.Literal("一", language="zh-hans"),
        px.Literal("plain"),
        px.Literal('two\nlines "q" \\'),
        px.Literal("7", datatype=px.NamedNode(f"{XSD}integer")),
        px.Literal("1.5", datatype=px.NamedNode(f"{XSD}decimal")),
        px.Literal("true", datatype=px.NamedNode(f"{XSD}boolean")),
        px.Literal("2023", datatype=px.NamedNode(f"{XSD}gYear")),
        px.Literal("x", datatype=px.NamedNode(f"{E}own")),
        px.Literal("1.10", datatype=px.NamedNode(f"{E}version")),
    }


def test_rows_have_columns_and_none_for_what_is_unbound(engine):
    rows = engine.query(plain("SELECT ?s ?n { VALUES ?s { e:a } OPTIONAL { ?s e:none ?n } }"))
    assert rows.columns == ("s", "n")
    assert rows.records() == [{"s": px.NamedNode(f"{E}a"), "n": None}]


def test_blank_nodes_are_blank_nodes(engine):
    rows = engine.query(plain("SELECT ?o { e:b e:p ?o . ?o e:q e:b }"))
    ((node,),) = rows.rows
    assert isinstance(node, px.BlankNode)


def test_ask(engine):
    assert engine.query(plain("ASK { e:a e:r e:b }")) is True
    assert engine.query(plain("ASK { e:b e:r e:a }")) is False


@pytest.mark.parametrize(
    "query",
    ["CONSTRUCT { ?o e:inverse ?s } { ?s e:r ?o }", "CONSTRUCT { e:x e:y ?o } { ?s e:p ?o FILTER(lang(?o) != '') }"],
)
def test_construct_gives_the_same_triples_in_both(engines, query):
    embedded, second = (engines[name].query(plain(query)) for name in ("embedded", "rdflib"))
    assert isinstance(embedded, Triples)
    assert set(embedded.triples) == set(second.triples)
    assert len(embedded.triples) == len(second.triples) == 2


def test_constructed_triples_come_once(engine):
    answer = engine.query(plain("CONSTRUCT { e:x a ?c } { ?s a ?c }"))
    assert len(answer.triples) == 1
    rows = answer.rows()
    assert rows.columns == ("subject", "predicate", "object")
    assert rows.rows == ((px.NamedNode(f"{E}x"), px.NamedNode(PREFIXES["rdf"] + "type"), px.NamedNode(f"{E}C")),)


def test_describe(engine):
    answer = engine.query(plain("DESCRIBE e:c e:a"))
    assert px.Triple(*(px.NamedNode(E + name) for name in "arb")) in answer.triples


def test_graphs_are_seen_as_one(engine):
    both = plain("SELECT ?x { ?x a e:C ; e:r ?y ; e:p 7 }")
    assert engine.query(both).rows == ((px.NamedNode(f"{E}a"),),)
    assert len(engine.query(plain("SELECT ?s { ?s a e:C }")).rows) == 2


def test_embedded_store_knows_which_graph(engines):
    rows = engines["embedded"].query(plain("SELECT ?g { GRAPH ?g { e:a a e:C } } ORDER BY ?g"))
    assert [term.value for (term,) in rows.rows] == [f"{E}one"]
    with pytest.raises(QuerySyntaxError, match="requiring a dataset"):
        engines["rdflib"].query(plain("SELECT ?g { GRAPH ?g { e:a a e:C } }"))


def test_prefixes_of_the_project_need_no_declaration(engine):
    text = "SELECT (str(family:x) AS ?x) {}"
    assert engine.query(text).rows[0][0].value == f"{PREFIXES['family']}x"


def test_own_declaration_of_a_prefix_wins(engine):
    text = f"PREFIX family: <{E}> SELECT ?x {{ BIND(family:a AS ?x) }}"
    assert engine.query(text).rows == ((px.NamedNode(f"{E}a"),),)


# --- refusals


@pytest.mark.parametrize(
    "update",
    [
        "INSERT DATA { e:x e:y e:z }",
        "DELETE WHERE { ?s ?p ?o }",
        "DROP ALL",
        "CLEAR ALL",
        "LOAD <http://127.0.0.1:1/x>",
        "CREATE GRAPH e:g",
        "SELECT * { ?s ?p ?o } ; DROP ALL",
    ],
)
def test_updates_are_refused_and_change_nothing(engine, update):
    count = plain("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")
    before = engine.query(count)
    with pytest.raises(QuerySyntaxError, match="Not a SPARQL query"):
        engine.query(plain(update))
    assert engine.query(count) == before


@pytest.fixture
def listener():
    """A server on this machine: its address, and what was asked of it."""
    asked = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_error(404)

        do_POST = do_GET  # noqa: N815 - the name that the library calls

        def log_message(self, *_arguments):
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/", asked
        server.shutdown()
        thread.join()


SERVICES = {
    "plain": "SELECT * { SERVICE <URL> { ?s ?p ?o } }",
    "odd case": "SELECT * { sErViCe <URL> { ?s ?p ?o } }",
    "silent": "SELECT * { SERVICE SILENT <URL> { ?s ?p ?o } }",
    "whitespace": "SELECT * {\n\tSERVICE\n\t<URL>\n{ ?s ?p ?o } }",
    "no whitespace": "SELECT*{SERVICE<URL>{?s ?p ?o}}",
    "comment between": "SELECT * { SERVICE # <x>\n <URL> { ?s ?p ?o } }",
    "variable": "SELECT * { BIND(<URL> AS ?u) SERVICE ?u { ?s ?p ?o } }",
    "variable at once": "SELECT * { BIND(<URL> AS ?u) SERVICE?u{ ?s ?p ?o } }",
    "empty prefix at once": "PREFIX : <URL> SELECT * { SERVICE:x { ?s ?p ?o } }",
    "prefix at once": "PREFIX u: <URL> SELECT * { SERVICEu:x { ?s ?p ?o } }",
    "after a number": "SELECT * { ?s ?p 5SERVICE <URL> { ?s ?p ?o } }",
    "after a word": "SELECT * { ?s ?p trueSERVICE <URL> { ?s ?p ?o } }",
    "after a dot": 'SELECT * { ?s ?p "x".SERVICE <URL> { ?s ?p ?o } }',
    "after a number and a dot": "SELECT * { ?s ?p 5.SERVICE <URL> { ?s ?p ?o } }",
    "after a name and a dot": "SELECT * { ?s ?p e:a.SERVICE <URL> { ?s ?p ?o } }",
    "after an escaped hash": r"SELECT * { OPTIONAL { ?s e:a\#b ?o } SERVICE <URL> { ?s ?p ?o } }",
    "after an escaped quote": r"SELECT * { OPTIONAL { ?s e:a\'b ?o } SERVICE <URL> { ?s e:a\'b ?o } }",
    "after a comment that ends in CR": "SELECT * { # x\rSERVICE <URL> { ?s ?p ?o }\n}",
    "after less than and a quote": "SELECT * { BIND(2 AS ?a) FILTER(?a<'>'||?a='x') SERVICE <URL> {} #'\n}",
    "after less than and a hash": 'SELECT * { BIND(2 AS ?a) FILTER(?a<#> """\n1) SERVICE <URL> {} #"""\n}',
    "after a wide IRI": "SELECT * { OPTIONAL { ?s <http://x/\u00a0#> ?o } SERVICE <URL> { ?s ?p ?o } }",
    "escaped letter": r"SELECT * { \u0053ERVICE <URL> { ?s ?p ?o } }",
    "long s": "SELECT * { \u017fERVICE <URL> { ?s ?p ?o } }",
    "in a subquery": "SELECT * { { SELECT ?s { SERVICE <URL> { ?s ?p ?o } } } }",
    "in EXISTS": "ASK { FILTER EXISTS { SERVICE <URL> { ?s ?p ?o } } }",
    "in CONSTRUCT": "CONSTRUCT { ?s ?p ?o } { SERVICE <URL> { ?s ?p ?o } }",
    "all other words used": "SELECT ?xxxxxxx ?yyyyyyy ?zzzzzzz { ?s ?p 5SERVICE <URL> { ?s ?p ?o } }",
}


@pytest.mark.parametrize("query", SERVICES.values(), ids=SERVICES.keys())
def test_service_is_refused_and_nobody_is_asked(engine, listener, query):
    url, asked = listener
    with pytest.raises(QuerySyntaxError):
        engine.query(plain(query.replace("URL", url)))
    assert asked == []


@pytest.mark.parametrize(
    "name", ["plain", "odd case", "silent", "whitespace", "no whitespace", "variable at once", "after a dot"]
)
def test_refusal_names_the_line(engine, name):
    query = plain(SERVICES[name].replace("URL", "http://127.0.0.1:1/"))
    line = query[: query.lower().index("service")].count("\n") + 1
    with pytest.raises(QuerySyntaxError) as told:
        engine.query(query)
    assert str(told.value).startswith(f"line {line}: SERVICE is not allowed. ")


@pytest.mark.parametrize(
    "query",
    [
        'SELECT * { ?s ?p "SERVICE <http://x> {" }',
        "SELECT * { ?s ?p 'SERVICE <http://x> {' }",
        'SELECT * { ?s ?p """\nSERVICE "<http://x> {\n""" }',
        "SELECT * { ?s ?p '''\nSERVICE '<http://x> {\n''' }",
        r'SELECT * { ?s ?p "\" SERVICE <http://x> {" }',
        "SELECT * { ?s <http://x/SERVICE> ?o }",
        "SELECT * { ?s ?p ?o } # SERVICE <http://x> {}",
        "# SERVICE <http://x> {}\nSELECT * { ?s ?p ?o }",
        "SELECT ?service { ?service ?p ?o }",
        "SELECT $SERVICE { $SERVICE ?p ?o }",
        "SELECT ?selfservice ?services { ?selfservice ?p ?services }",
        "SELECT * { ?s e:service ?o ; e:web-service ?x ; e:SERVICE ?y }",
        f"PREFIX service: <{E}> SELECT * {{ ?s service:x ?o }}",
        "SELECT * { ?s ?p _:service }",
        "SELECT * { ?s ?p 'x'@service }",
    ],
)
def test_the_word_elsewhere_is_not_refused(engine, query):
    assert isinstance(engine.query(plain(query)), Rows)


def test_query_with_the_word_that_is_broken_elsewhere_is_told_so(engine):
    with pytest.raises(QuerySyntaxError, match=r"^line 1, column \d+: Not a SPARQL query"):
        engine.query("SELECT * { ?s family:service ?o ")


def test_refusing_alone_lets_everything_else_pass():
    refuse_service("nothing of the kind")
    with pytest.raises(QuerySyntaxError, match=r"^line 2: SERVICE"):
        refuse_service("SELECT * {\nSERVICE <http://x/> {} }")


# --- mistakes


@pytest.mark.parametrize(
    ("query", "line"),
    [
        ("SELECT * { ?s zz:p ?o }", 1),
        ("SELECT * {\n ?s a zz:C }", 2),
        ("# zz:not this\nSELECT * {\n?s ?p 'yy:nor this', <http://x/zz:this>, zz:p }", 3),
        ("PREFIX yy: <http://y/>\nSELECT * { ?s yy:p/zz:q ?o }", 2),
    ],
)
def test_prefix_that_is_not_declared(engine, query, line):
    with pytest.raises(QuerySyntaxError) as told:
        engine.query(query)
    assert str(told.value) == f"line {line}: The prefix zz: is not declared. Begin with PREFIX zz: <...>."


@pytest.mark.parametrize(
    "query", ["SELECT * {\n  ?s ?p\n}", "SELEKT * { ?s ?p ?o }", "SELECT * { ?s ?p ?o", "", "ASK { ?s ?p 'x }"]
)
def test_syntax_error_has_line_and_column_and_fits_on_a_line(engine, query):
    with pytest.raises(QuerySyntaxError) as told:
        engine.query(query)
    message = str(told.value)
    assert told.value.where.startswith("line ")
    assert ", column " in told.value.where
    assert "Not a SPARQL query: " in message
    assert "\n" not in message
    assert len(message) < 240


def test_position_of_a_syntax_error(engines):
    with pytest.raises(QuerySyntaxError) as told:
        engines["embedded"].query("SELECT * {\n  ?s ?p\n}")
    assert told.value.where == "line 3, column 2"


def test_long_list_of_what_was_expected_is_cut(engines):
    with pytest.raises(QuerySyntaxError) as told:
        engines["embedded"].query("SELECT ?s { ?s ?p ?o } GROUP BY ?p")
    assert told.value.what.endswith(" ...")
    assert len(told.value.what) < 130


def test_query_nested_too_deeply_for_rdflib_is_an_error_of_ours(engines):
    with pytest.raises(QuerySyntaxError, match="Not a SPARQL query: "):
        engines["rdflib"].query("SELECT * " + "{" * 400 + "}" * 400)


# --- statements about statements

NESTED = px.Triple(*(px.NamedNode(E + name) for name in "abc"))


def test_statement_about_a_statement_is_refused_in_an_answer():
    store = px.Store()
    store.add(px.Quad(px.NamedNode(f"{E}a"), px.NamedNode(f"{E}says"), NESTED))
    embedded = EmbeddedStore(store)
    with pytest.raises(QuerySyntaxError, match=r"statement about a statement\. Ask for its parts\."):
        embedded.query("SELECT ?o { ?s ?p ?o }")
    triples = embedded.query("CONSTRUCT WHERE { ?s ?p ?o }")
    with pytest.raises(QuerySyntaxError, match="statement about a statement"):
        triples.rows()


def test_statement_about_a_statement_cannot_be_put_in_rdflib(monkeypatch):
    monkeypatch.setattr(rdflib, "NORMALIZE_LITERALS", rdflib.NORMALIZE_LITERALS)
    with pytest.raises(StoreError, match="rdflib has no such thing"):
        RdflibStore.of([px.Quad(px.NamedNode(f"{E}a"), px.NamedNode(f"{E}says"), NESTED)])


def test_graph_that_is_already_there(engines):
    graph = rdflib.Graph()
    graph.add((rdflib.URIRef(f"{E}a"), rdflib.URIRef(f"{E}p"), rdflib.Literal("x", lang="en")))
    assert RdflibStore(graph).query("SELECT ?o { ?s ?p ?o }").rows == ((px.Literal("x", language="en"),),)
