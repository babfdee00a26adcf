"""SPARQL cut into tokens: where each begins and ends, and in a time that grows with the length and nothing else."""

from __future__ import annotations

import contextlib
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmkg.errors import QuerySyntaxError
from llmkg.tokens import Token, line_of, scan


def kinds(text):
    return [(token.kind, token.text) for token in scan(text)]


@pytest.mark.parametrize(
    ("kind", "texts"),
    {
        "comment": ["#", "# SERVICE <x>", "#'\"<"],
        "iri": ["<>", "<http://x/a#b'c>", "<a>", r"<http://x/\u00e9\U0001F600>", "<http://例え/é>"],
        "string": [
            "''",
            '""',
            "'a\"'",
            '"a\'"',
            r"'\'\\'",
            r'"\"\u0022"',
            "''''''",
            "'''a\n''b'\\''c'''",
            '""""""',
            '"""a\n""b"\\""c"""',
            '"#<{"',
        ],
        "variable": ["?x", "$x", "?1", "?_a·b", "?SERVICE", "$été"],
        "name": [
            ":",
            ":x",
            "ex:",
            "ex:a.b..c",
            "a.b-c:d",
            "ex:%41",
            r"ex:a\#b\'c\.",
            "ex:a:b",
            "ex:1",
            "é:é",
            "service:SERVICE",
            "ex:_",
        ],
        "blank": ["_:b", "_:1", "_:a.b"],
        "language": ["@en", "@zh-Hans-CN", "@ar--rtl"],
        "number": ["1", "1.5", ".5", "1e3", "1.e3", "1.5E-3", ".5e+3", "007"],
        "word": ["a", "SELECT", "true", "ENCODE_FOR_URI", "SHA256", "ſERVICE"],
        "mark": [
            *"{}()[].;,<>=!+-*/|^?~",
            "^^",
            "&&",
            "||",
            "!=",
            "<=",
            ">=",
        ],
    }.items(),
)
def test_each_kind_is_one_token(kind, texts):
    assert [kinds(text) for text in texts] == [[(kind, text)] for text in texts]


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("?a<?b", "?a < ?b"),
        ("?a <?b && ?c> ?d", "?a < ?b && ?c > ?d"),
        ("?a<=?b", "?a <= ?b"),
        ("?a<b>?c", "?a <b> ?c"),
        ("5.SERVICE", "5 . SERVICE"),
        ("5SERVICE", "5 SERVICE"),
        ("ex:a.SERVICE", "ex:a.SERVICE"),
        ("ex:a. SERVICE", "ex:a . SERVICE"),
        ("ex:a.}", "ex:a . }"),
        ("a.b", "a . b"),
        ("_:a. b", "_:a . b"),
        ("ex:p?/ex:q", "ex:p ? / ex:q"),
        ("ex:p? ?x", "ex:p ? ?x"),
        ("SELECT?x{}", "SELECT ?x { }"),
        ("'a'^^ex:t", "'a' ^^ ex:t"),
        ("''''a'''", "''''a'''"),
        ("'''a''''", None),
        ("'a''b'", "'a' 'b'"),
        ("1.5.e", "1.5 . e"),
        ("-1", "- 1"),
        ("1-1", "1 - 1"),
        ("a# b\nc# d\re", "a #_b c #_d e"),
        ("ex:a%4", None),
        ("http://x", "http: / / x"),
        ("", ""),
        (" \t\r\n", ""),
    ],
)
def test_tokens_end_where_the_next_begins(text, pieces):
    if pieces is None:
        with pytest.raises(QuerySyntaxError):
            scan(text)
    else:
        assert [token.text.replace(" ", "_") for token in scan(text)] == pieces.split()


@pytest.mark.parametrize(
    ("text", "where", "what"),
    [
        ("ASK {\n ?s ?p 'x }", "line 2, column 8", "the string that begins with 'x } is not ended"),
        ('ASK {\n\n"x\n"}', "line 3, column 1", 'the string that begins with "x is not ended'),
        ('"""x""', "line 1, column 1", "is not ended"),
        ("'''x\\'''", "line 1, column 1", "is not ended"),
        ("'x\\", "line 1, column 1", "is not ended"),
        ("{ <http://x ?p ?o }", "line 1, column 3", "the IRI that begins with <http://x ?p ?o } is not ended"),
        (r"\u0053ERVICE", "line 1, column 1", r"'\\' has no place here"),
        (r"?a\u0053", "line 1, column 3", "An escape stands in a string or an IRI."),
        ("$", "line 1, column 1", "'$' has no place here"),
        ("ASK\u00a0{}", "line 1, column 4", "Remove it"),
        ("@", "line 1, column 1", "'@' has no place here"),
        ("\x00", "line 1, column 1", r"'\x00' has no place here"),
    ],
)
def test_what_is_no_token_is_told_with_its_place(text, where, what):
    with pytest.raises(QuerySyntaxError) as told:
        scan(text)
    assert told.value.where == where
    assert what in str(told.value)


def test_lines_are_counted_from_one():
    assert [line_of("a\nb\nc", start) for start in (0, 2, 4)] == [1, 2, 3]


PIECES = st.sampled_from(
    [
        *"<>'\"#\\.:;?$@_^|&!=+-*/(){}[] \n\r\té1aeE%",
        "'''",
        '"""',
        "\\u0041",
        "ex:",
        "SERVICE",
        "<http://x>",
        "_:",
        "^^",
    ]
)


@given(st.lists(PIECES, max_size=40).map("".join))
def test_tokens_are_the_text_without_blanks(text):
    try:
        tokens = scan(text)
    except QuerySyntaxError:
        return
    position = 0
    for token in tokens:
        assert not text[position : token.start].strip(" \t\r\n")
        assert text.startswith(token.text, token.start)
        assert token.text
        position = token.start + len(token.text)
    assert not text[position:].strip(" \t\r\n")


@given(st.lists(st.text("aé1_", min_size=1, max_size=5), min_size=1, max_size=5), st.sampled_from([" ", "\n", "#\n"]))
def test_tokens_with_blanks_between_are_the_same_tokens(words, blank):
    texts = [f"ex:{word}" for word in words]
    assert [token for token in scan(blank.join(texts)) if token.kind != "comment"] == [
        Token("name", text, sum(map(len, texts[:n])) + n * len(blank)) for n, text in enumerate(texts)
    ]


ADVERSARIAL = ["<a", "<", "a.", "a.b-", "a:b..", "'''x", '"""x', "1.e", "?", "_:a.", "e:%41\\.", "'' ", '"\\']


@pytest.mark.parametrize("unit", ADVERSARIAL)
def test_time_grows_with_the_length_alone(unit):
    def seconds(length):
        text = (unit * length)[:length]
        started = time.process_time()
        with contextlib.suppress(QuerySyntaxError):
            scan(text)
        return time.process_time() - started

    short, long = min(seconds(15_625) for _ in range(2)), seconds(250_000)
    assert long < 5 * 16 * max(short, 0.001)  # were it quadratic, it would be 256 times as long, and minutes
