"""What a query must not hold: SERVICE and updates as keywords, bombs; and what only looks so is let through."""

from __future__ import annotations

import itertools
import socket
import threading
import time
from contextlib import suppress

import pyoxigraph as px
import pytest
import rdflib
from hypothesis import example, given, settings
from hypothesis import strategies as st

from llmkg import guard
from llmkg.errors import QuerySyntaxError
from llmkg.guard import DEEPEST, LONGEST_CHAIN, MOST_BYTES, MOST_TOKENS, refuse, refuse_service, refuse_words
from llmkg.mistakes import syntax_error
from llmkg.store import EmbeddedStore, RdflibStore, Rows
from llmkg.terms import PREFIXES

GRAPH = px.Store()
GRAPH.extend(
    px.Quad(px.NamedNode(f"http://x/{a}"), px.NamedNode(f"http://x/{b}"), px.NamedNode(f"http://x/{c}"))
    for a, b, c in itertools.product("ab", "pq", "ab")
)
STORE = EmbeddedStore(GRAPH)


@pytest.fixture(scope="module")
def listener():
    """A port on this machine, and who came: each is sent away."""
    came = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.05)
        ending = threading.Event()

        def wait():
            while not ending.is_set():
                with suppress(TimeoutError):
                    connection, address = server.accept()
                    came.append(address)
                    connection.close()

        thread = threading.Thread(target=wait)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/", came
        ending.set()
        thread.join()


# --- texts made of parts

CASES = st.lists(st.booleans(), min_size=7, max_size=7).map(
    lambda upper: "".join(letter.upper() if up else letter for letter, up in zip("service", upper, strict=True))
)
BLANKS = st.sampled_from([" ", "\n", "\t", "\r\n", " # SERVICE <http://x> {\n", "\n#'\n", ' #"""\r', "  "])


@st.composite
def legal_patterns(draw):
    """Patterns that hold the word wherever it may stand and is no keyword."""
    word = draw(CASES)
    name = st.sampled_from(
        [f"{word}:{word}", f"{word}:", f"e:{word}", f":{word}", f"e:x.{word}", rf"e:{word}\#", f"e:%41{word}"]
    )
    iri = st.one_of(name, st.sampled_from([f"<http://x/{word}>", rf"<http://x/\u0041{word}>", f"<http://x/#'{word}'>"]))
    text = st.sampled_from(
        [
            f'"{word} <http://x/> {{"',
            f"'{word}'",
            f'"""\n{word} "<http://x/>\n"""',
            f"'''{word}\n'''",
            rf'"\" {word} {{"',
        ]
    )
    literal = st.one_of(
        text, text.map(lambda text: f"{text}@{word}-{word}"), text.map(lambda text: f"{text}^^e:{word}"), st.just("5")
    )
    variable = st.sampled_from([f"?{word}", f"${word}", f"?a{word}", "?x"])
    subject = st.one_of(iri, variable)
    verb = st.one_of(
        iri, variable, st.just("a"), iri.map(lambda iri: f"^{iri}/{iri}*"), iri.map(lambda iri: f"!({iri}|a)")
    )
    thing = st.one_of(
        subject, literal, literal.map(lambda text: f"({text} e:{word})"), iri.map(lambda i: f"[ {i} {i} ]")
    )
    triple = st.tuples(subject, verb, thing).map(" ".join)
    pattern = st.one_of(
        triple,
        st.tuples(triple, thing).map(lambda pair: f"{pair[0]} , {pair[1]}"),
        triple.map(lambda triple: f"{triple} . {{ {triple} }}"),
        st.tuples(variable, iri).map(lambda pair: f"{pair[0]} a {pair[1]} {{ }}"),
        triple.map(lambda triple: f"OPTIONAL {{ {triple} }}"),
        st.tuples(triple, triple).map(lambda pair: f"{{ {pair[0]} }} UNION {{ {pair[1]} }}"),
        st.tuples(iri, triple).map(lambda pair: f"GRAPH {pair[0]} {{ {pair[1]} }}"),
        st.tuples(variable, literal).map(lambda pair: f"FILTER({pair[0]} != {pair[1]} && ?x<5 || ?x>6)"),
        triple.map(lambda triple: f"FILTER NOT EXISTS {{ {triple} }}"),
        st.tuples(iri, literal).map(lambda pair: f"VALUES ?x {{ {pair[0]} {pair[1]} }}"),
        literal.map(lambda text: f"FILTER(regex(str(?x), str({text})))"),
    )
    return draw(st.lists(pattern, min_size=1, max_size=4)), word


def written(patterns, word, blank):
    prologue = f"PREFIX {word}: <http://x/{word}/> PREFIX e: <http://x/> PREFIX : <http://x/s/> "
    patterns = [*patterns, f"_:{word} e:{word} _:{word}.0"]
    return blank.join([prologue, "SELECT *", "{", *(f"{pattern} ." for pattern in patterns), "}"]).replace("} .", "}")


@given(legal_patterns(), BLANKS)
@settings(max_examples=400, deadline=None)
def test_legal_query_is_never_refused_for_its_words(parts, blank):
    text = written(*parts, blank)
    assert GRAPH.query(text) is not None
    refuse(text)
    assert isinstance(STORE.query(text), Rows)


@st.composite
def calls(draw):
    """Calls of another server, in every spelling that an engine might take."""
    before = draw(
        st.sampled_from(
            ["", "?x ?y 5", "?x ?y 5.", "?x ?y e:a .", "?x ?y true", "?x ?y 'a'@en ", "{} ", "# a\r", "# a\n"]
        )
        | st.sampled_from([r"?x e:a\# ?y .", "?x <http://x/#> ?y .", "FILTER(2 < 1) #>\n", "?x e:a.b ?y ."])
    )
    word = draw(CASES | st.just(r"\u0053ERVICE") | st.just("ſERVICE") | st.just(r"SER\U00000056ICE"))
    gap = draw(st.sampled_from(["", " ", "\n", "\t", "#<\n", " SILENT ", "\r", "#'\n"]))
    target = draw(st.sampled_from(["<URL>", "?u", "$u", "e:", ":x", "u:"]))
    return f"{before}{word}{gap}{target} {{ ?a ?b ?c }}"


@given(legal_patterns(), calls(), st.integers(0, 4), BLANKS)
@settings(max_examples=400, deadline=None)
def test_service_is_refused_wherever_it_stands(listener, parts, call, place, blank):
    url, came = listener
    (patterns, word), before = parts, len(came)
    call = call.replace("URL", url)
    text = written([*patterns[:place], f"BIND(<{url}> AS ?u) {call}", *patterns[place:]], word, blank)
    text = f"PREFIX u: <{url}> {text}"
    with pytest.raises(QuerySyntaxError):
        STORE.query(text)
    assert len(came) == before


FRAGMENTS = st.sampled_from(
    [
        *[
            "'",
            '"',
            "'''",
            '"""',
            "#",
            "\n",
            "\r",
            "\\",
            "<",
            ">",
            "?a",
            "?a<",
            ">?a",
            "<'>",
            "<#>",
            ".",
            ";",
            ",",
            "5",
            "1.",
        ],
        *[
            "true",
            "e:",
            "e:a",
            "p:",
            "p:a",
            ":",
            "_:a",
            "@en",
            "(",
            ")",
            "{",
            "}",
            "[",
            "]",
            "BIND(2 AS ?b)",
            "FILTER(",
            "||",
        ],
        *["\\u0027", "\\u003E", "e:a.b.", r"e:a\'", "?x ?y ", "a ", "UNION", "OPTIONAL {", "VALUES ?z {", "x", " "],
    ]
)


@given(st.lists(FRAGMENTS, max_size=6), st.lists(FRAGMENTS, max_size=4), st.lists(FRAGMENTS, max_size=4))
@example(["FILTER(", "?a<", "'>'", "||?a='x')"], ["{}", " #'"], [])
@example(["?x ?y p:"], ["{}"], [])
@example(["?x ?y e:a.b."], ["{}"], [])
@settings(max_examples=1500, deadline=None)
def test_what_would_ask_another_server_is_refused(listener, before, after, end):
    url, came = listener
    text = (
        f"PREFIX e: <http://x/> PREFIX p: <http://x:80> SELECT * {{ BIND(2 AS ?a) {''.join(before)}SERVICE <{url}>"
        f" {''.join(after)}\n{{ ?s ?p ?o }} {''.join(end)}\n}}"
    )
    asked = len(came)
    with suppress(QuerySyntaxError):
        STORE.query(text)
    assert len(came) == asked


@pytest.mark.parametrize(
    "text",
    [
        "PREFIX e: <http://x:80> SELECT * { ?s ?p e:SERVICE <URL> { ?a ?b ?c } }",
        "SELECT * { BIND(2 AS ?a) FILTER(?a<'>'||?a='x') SERVICE <URL> {} #'\n}",
        "PREFIX u: <URL> SELECT * { SERVICEu:x { ?s ?p ?o } }",
        "PREFIX e: <http://x/> SELECT * { OPTIONAL { ?s ?p e:a.b.SERVICE <URL> { ?a ?b ?c } } }",
        "SELECT * { { SELECT * { SERVICE <URL> { ?a ?b ?c } } } }",
    ],
)
def test_keyword_that_only_the_engine_sees_is_refused(listener, text):
    url, came = listener
    text = text.replace("URL", url)
    before = len(came)
    with pytest.raises(QuerySyntaxError):
        STORE.query(text)
    assert len(came) == before


def test_engine_alone_would_ask(listener):
    url, came = listener
    before = len(came)
    with pytest.raises(OSError, match=r"HTTP|reset"):
        list(GRAPH.query(f"SELECT * {{ SERVICE <{url}> {{ ?s ?p ?o }} }}"))
    assert len(came) > before


def test_judging_a_query_does_not_run_it():
    many = "VALUES ?{} {{ " + " ".join(map(str, range(100))) + " }}"
    text = (
        "ASK { "
        + " ".join(many.format(f"service{n}") for n in range(8))
        + " FILTER(?service0 + ?service7 = ?service3 * 1000) }"
    )
    begin = time.monotonic()
    assert refuse_service(text) is None
    assert time.monotonic() - begin < 10  # to run it would take years


@pytest.mark.parametrize("text", ["SELECT * { ?service ?p }", "DROP GRAPH <http://x/service>", "ASK { ?service } }"])
def test_no_query_with_the_word_is_told_as_one(text):
    with pytest.raises(QuerySyntaxError, match=r"line 1, column \d+: Not a SPARQL query"):
        refuse_service(text)


@pytest.mark.parametrize(
    "text", [r"ASK { ?s ?p 'a\u0027 . SERVICE <http://x/> {} #' }", r"ASK { ?s ?p 'a' . \u0053ERVICE <http://x/> {} }"]
)
def test_escapes_are_read_before_the_tokens_and_in_them(text):
    for refusing in (refuse, refuse_service):
        with pytest.raises(QuerySyntaxError):
            refusing(text)


@pytest.mark.parametrize("text", [r"ASK { ?s ?p '\U00110000' }", r"ASK { ?s ?p 'service \UFFFFFFFF \ud800' }"])
def test_number_of_no_character_is_left_to_the_engine(text):
    refuse(text)
    with pytest.raises(QuerySyntaxError):
        STORE.query(text)


def test_words_alone_are_refused_with_their_line():
    refuse_words("ASK { ?s ?p $ }")
    with pytest.raises(QuerySyntaxError, match=r"^line 2: SERVICE is not allowed\."):
        refuse_words("ASK {\nservice <http://x/> {} }")


# --- updates

UPDATES = {
    "INSERT": "INSERT DATA { <a:a> <a:b> <a:c> }",
    "delete": "delete WHERE { ?s ?p ?o }",
    "DELETE": "# a\nDELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
    "LOAD": "LOAD <http://127.0.0.1:1/x>",
    "CLEAR": "CLEAR ALL",
    "DROP": "SELECT * { ?s ?p ?o } ; DROP ALL",
    "CREATE": "CREATE GRAPH <a:g>",
    "COPY": "COPY <a:a> TO <a:b>",
    "MOVE": "MOVE <a:a> TO <a:b>",
    "ADD": "ADD <a:a> TO <a:b>",
    "WITH": "WITH <a:a> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
}


@pytest.mark.parametrize(("word", "text"), UPDATES.items())
def test_updates_are_refused(word, text):
    with pytest.raises(QuerySyntaxError, match=f"Not a SPARQL query: {word} is for changing a graph") as told:
        refuse(text)
    assert told.value.where == f"line {1 + text[: text.index(word)].count(chr(10))}"


@given(
    st.sampled_from(sorted(UPDATES)),
    st.sampled_from(["?{}", "e:{}", "'{}'", "<http://x/{}>", "{}:x", "_:{}", "'x'@{}"]),
)
def test_words_of_updates_elsewhere_are_not_refused(word, place):
    place = place.format(word)
    text = f"PREFIX {word}: <http://x/> PREFIX e: <http://x/> # {word}\nSELECT * {{ ?s ?p {place} }}"
    refuse(text)
    assert isinstance(STORE.query(text), Rows)


# --- bombs

BOMBS = {
    "braces": "ASK " + "{" * 70 + "}" * 70,
    "more braces": "ASK " + "{" * 100_000,
    "brackets": "ASK { ?a ?b " + "[?p " * 70 + "1" + "]" * 70 + "}",
    "lists": "ASK { ?a ?b " + "(" * 70 + "1" + ")" * 70 + "}",
    "parentheses": "ASK { FILTER(" + "(" * 70 + "1" + ")" * 70 + ") }",
    "NOT EXISTS": "ASK " + "{ FILTER NOT EXISTS " * 70 + "{}" + "}" * 70,
    "functions": "ASK { FILTER(" + "str(" * 70 + "1" + ")" * 71 + "}",
    "paths": "ASK { ?a " + "(" * 70 + "<x:b>" + ")*" * 70 + " ?c }",
    "!!!": "ASK { FILTER(" + "!" * 300 + "true) }",
    "1+1+1": "ASK { FILTER(" + "1+" * 300 + "1) }",
    "-1-1-1": "ASK { FILTER(1" + "-1" * 300 + ") }",
    "^^^^": "ASK { ?a " + "^^" * 300 + "<x:b> ?c }",
    "-": "ASK {" + "-" * 300,
    "||": "ASK { FILTER(" + "true||" * 300 + "true) }",
    "path of steps": "ASK { ?a " + "<x:b>/" * 300 + "<x:b> ?c }",
    "words": "ASK { ?a ?b " + "1 , " * 2_100 + "1 }",
    "bytes": "ASK { ?a ?b '" + "é" * 50_000 + "' }",
    "comment": "# " + "x" * 100_000 + "\nASK {}",
}


@pytest.mark.parametrize("text", BOMBS.values(), ids=BOMBS.keys())
def test_bombs_are_refused_before_they_are_parsed(text):
    with pytest.raises(
        QuerySyntaxError, match=r"The query has .*, more than the [\d,]+ that are allowed\. Ask in several"
    ):
        refuse(text)


@pytest.mark.parametrize(
    "text",
    [
        "ASK " + "{" * DEEPEST + "}" * DEEPEST,
        "ASK " + "{ " + "{}" * 1_000 + " }",
        "ASK { FILTER(" + "1+" * LONGEST_CHAIN + "1 < 3) FILTER(1+1 < 3) }".replace("1 < 3", "1", 1),
        "ASK { ?a <x:b>" + "/<x:b>" * LONGEST_CHAIN + " ?c . ?a ^<x:b> ?d ; ^<x:b>/<x:c> ?e , ?f }",
        "ASK { FILTER(1 IN (" + ", ".join(["-1"] * 1_000) + ")) }",
        "ASK { ?a ?b 1" + ", 1" * ((MOST_TOKENS - 6) // 2) + " } # and a comment",
        "ASK { ?a ?b '" + "x" * (MOST_BYTES - 16) + "' }",
        "ASK { } } ) ]",
        "ASK { VALUES ?a { " + "'1'^^xsd:integer " * 900 + "} }",
        "ASK { VALUES ?a { " + "-1 +1.5 " * 900 + "} }",
        "ASK { ?a ?b " + ", ".join(["'1'^^xsd:integer, -1"] * 300) + " }",
    ],
)
def test_what_is_at_the_limits_is_let_through(text):
    assert refuse(text) is None


def test_what_is_not_unicode_is_refused():
    with pytest.raises(QuerySyntaxError, match=r"^line 2: A character is not Unicode\."):
        refuse("ASK {\n'\udc80'}")


def test_saved_questions_are_let_through(project):
    from llmkg.catalogue import Catalogue

    catalogue = Catalogue(project)
    assert len(catalogue) > 0
    assert [question.id for question in catalogue if refuse(question.text) is not None] == []


def test_query_without_the_word_is_not_parsed_twice(monkeypatch):
    monkeypatch.setattr(guard, "scan", None)
    assert refuse_service("SELECT * { ?s ?p 'a\\n' }") is None
    with pytest.raises(TypeError, match="not callable"):
        refuse_service("SELECT * { ?s ?p 'a service' }")


# --- rdflib fetches


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * FROM <URL> { ?s ?p ?o }",
        "SELECT * FROM NAMED <URL> { GRAPH ?g { ?s ?p ?o } }",
        "CONSTRUCT { ?s ?p ?o } FROM <URL> { ?s ?p ?o }",
        "ASK FROM <URL> {}",
        "DESCRIBE <a:b> FROM <URL>",
    ],
)
def test_from_is_refused_where_it_would_fetch(listener, text):
    url, came = listener
    text = text.replace("URL", url)
    before = len(came)
    with pytest.raises(QuerySyntaxError, match=r"^FROM is not allowed: rdflib would fetch it\."):
        RdflibStore(rdflib.Dataset()).query(text)
    assert len(came) == before
    refuse(text)
    STORE.query(text)
    assert len(came) == before


def test_keyword_that_only_rdflib_sees_is_refused(monkeypatch):
    monkeypatch.setattr(guard, "refuse_words", lambda text: None)
    for text in (
        "ASK { SERVICE <http://127.0.0.1:1/> {} }",
        "ASK { FILTER EXISTS { SERVICE <http://127.0.0.1:1/> {} } }",
    ):
        with pytest.raises(QuerySyntaxError, match="SERVICE is not allowed: rdflib would fetch it"):
            RdflibStore(rdflib.Graph()).query(text)


# --- messages


def test_prefixes_of_llmkg_and_addresses_are_no_unknown_prefixes():
    text = f"ASK {{ {next(iter(PREFIXES))}:a : http://x }}"
    assert "is not declared" not in str(syntax_error(text, "error at 1:1: no"))


def test_unknown_position_is_left_out():
    assert syntax_error("ASK", "no").where == ""
    assume_long = str(syntax_error("ASK", "error at 1:1: " + "word, " * 40))
    assert len(assume_long) < 220
