"""The command as people use it: what it prints, where, and with which exit code."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import os
import pty
import re
import subprocess
import sys
import time
from pathlib import Path

import click
import pyoxigraph as px
import pytest
from click.shell_completion import BashComplete
from click.testing import CliRunner
from commands import fine, refused

from llmkg.cli import cli
from llmkg.errors import QueryTimeoutError
from llmkg.reports import CLAIM_COLUMNS, EDGE_COLUMNS
from llmkg.terms import expand, shrink

MINI = Path(__file__).parent / "data" / "mini"
LLAMA = "graph/families/llama.ttl"
COMMANDS = (
    *(
        "ask",
        "check",
        "cite",
        "compare",
        "conflicts",
        "diff",
        "export",
        "format",
        "licence",
        "lineage",
        "path",
        "publish",
        "push",
        "query",
        "search",
        "serve",
        "show",
    ),
    *("sparql", "stats", "timeline", "view", "why"),
)
ROWS = ("table", "json", "csv", "tsv", "md")
GRAPHS = ("ttl", "jsonld", "nt")
RDF = {"ttl": px.RdfFormat.TURTLE, "jsonld": px.RdfFormat.JSON_LD, "nt": px.RdfFormat.N_TRIPLES}
PYTHON = (sys.executable, "-m", "llmkg")


@pytest.fixture
def at_once(monkeypatch):
    """Lets ``sparql`` ask in this process."""
    from llmkg.files import find_project
    from llmkg.sandbox import Answered
    from llmkg.snapshot import open_snapshot

    monkeypatch.setattr(
        "llmkg.sandbox.ask_once",
        lambda root, text, limits, **_: Answered(open_snapshot(find_project(root)).store.query(text)),
    )


def triples(said, format_):
    return {(str(triple.subject), str(triple.predicate)) for triple in px.parse(said.out, format=RDF[format_])}


# --- help and usage


@pytest.mark.parametrize("command", [(), *((command,) for command in COMMANDS)])
@pytest.mark.parametrize("flag", ["-h", "--help"])
def test_help_has_examples(llmkg, command, flag):
    said = fine(llmkg(*command, flag))
    assert said.out.startswith("Usage: ")
    lines = said.out.splitlines()
    examples = lines[lines.index("  Examples:") + 1 :]
    assert examples[0].startswith("    llmkg ")
    assert not command or command[0] in examples[0]


def test_help_lists_every_command_in_whole_sentences(llmkg):
    out = fine(llmkg("--help")).out
    listed = {line.split()[0]: line for line in out.split("Commands:\n")[1].splitlines()}
    assert set(listed) == set(COMMANDS)
    assert all(line.endswith(".") and not line.endswith("...") for line in listed.values())
    assert set(cli.commands) == set(COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_the_examples_of_the_help_are_right(command):
    """Options and number of arguments, that is; what they find is tested elsewhere."""
    text = cli.commands[command].get_help(click.Context(cli.commands[command]))
    examples = re.findall(r"^ +llmkg (.+)$", text.split("Examples:")[1].split("Options:")[0], re.MULTILINE)
    assert examples
    for example in examples:
        import shlex

        words = shlex.split(example)
        assert command in words
        arguments = words[words.index(command) + 1 :]
        cli.commands[command].make_context(command, arguments, resilient_parsing=False)


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("bogus",),
        ("show",),
        ("show", "a", "b"),
        ("show", "llama", "--format", "srj"),
        ("show", "llama", "--bogus"),
        ("lineage", "llama", "--depth", "-1"),
        ("lineage", "llama", "--depth", "one"),
        ("search", "x", "--limit", "0"),
        ("sparql",),
        ("sparql", "ASK {}", "--timeout", "0"),
        ("check", "--format", "csv"),
        ("why", "llama"),
        ("stats", "extra"),
    ],
)
def test_wrong_usage_is_exit_code_2(llmkg, arguments):
    said = llmkg(*arguments)
    assert (said.code, said.out) == (2, "")
    assert "Usage: " in said.err
    assert "Error: " in said.err or "Commands:" in said.err


# --- show


def test_show_in_a_pipe_is_tsv_and_on_a_terminal_a_table(llmkg):
    said = fine(llmkg("show", "gpt-4"))
    assert said.rows[0] == list(CLAIM_COLUMNS)
    assert {len(row) for row in said.rows} == {11}
    table = fine(llmkg("show", "gpt-4", terminal=True))
    assert table.out.startswith("GPT-4  (family, family:gpt-4)\n\nFacts\nwhat ")
    assert fine(llmkg("show", "gpt-4", "-f", "tsv", terminal=True)).out == said.out
    assert fine(llmkg("show", "gpt-4", "--format", "table")).out == table.out


def test_show_marks_the_rumour_as_unconfirmed(llmkg):
    table = fine(llmkg("show", "GPT-4", "-f", "table")).out.splitlines()
    lines = [line for line in table if line.startswith(("expert count", "parameters per expert"))]
    assert len(lines) == 2
    assert all(line.endswith("unconfirmed") for line in lines)
    claims = fine(llmkg("show", "GPT-4", "-f", "json")).data["claims"]
    assert {
        claim["status"] for claim in claims if claim["property"].endswith(("expertCount", "parametersPerExpert"))
    } == {"unconfirmed"}


def test_show_json_keeps_its_shape(llmkg):
    found = fine(llmkg("show", "llama", "--format", "json")).data
    assert list(found) == ["iri", "kind", "label", "claims"]
    assert found["label"] == {"en": "LLaMA", "zh": "LLaMA 模型"}
    wanted = ["iri", "type", "property", "value", "label", "unit", "qualifiers", "status", "source", "locator"]
    assert all(list(claim) == wanted for claim in found["claims"])
    assert all(list(claim["source"]) == ["iri", "label", "url"] for claim in found["claims"])


def test_show_in_every_form_tells_the_same_claims(llmkg):
    iris = {claim["iri"] for claim in fine(llmkg("show", "palm", "-f", "json")).data["claims"]}
    assert {expand(row[0]) for row in fine(llmkg("show", "palm")).rows[1:]} == iris
    rows = list(csv.DictReader(io.StringIO(fine(llmkg("show", "palm", "-f", "csv")).out)))
    assert {expand(row["claim"]) for row in rows} == iris
    assert "## Techniques\n\n| what | value |" in fine(llmkg("show", "palm", "-f", "md")).out
    for format_ in GRAPHS:
        said = fine(llmkg("show", "palm", "-f", format_))
        found = triples(said, format_)
        assert (f"<{expand('family:palm')}>", "<http://www.w3.org/2004/02/skos/core#prefLabel>") in found
        assert f"<{expand('claim:palm_swiglu_chowdhery-2022')}>" in {subject for subject, _ in found}


@pytest.mark.parametrize(
    "name", ["LLaMA 模型", "llama模型", "llama", "ＬＬａＭＡ", "family:llama", expand("family:llama")]
)
def test_show_finds_a_name_however_it_is_written(llmkg, name):
    assert fine(llmkg("show", name, "-f", "json")).data["iri"] == expand("family:llama")


def test_show_a_claim_that_another_answer_named(llmkg):
    found = fine(llmkg("show", "claim:llama_swiglu_touvron-2023", "-f", "json")).data
    assert [claim["iri"] for claim in found["claims"]] == [expand("claim:llama_swiglu_touvron-2023")]
    table = fine(llmkg("show", "claim:llama_swiglu_touvron-2023", "-f", "table")).out
    assert table.startswith(
        "claim:llama_swiglu_touvron-2023  (claim, claim:llama_swiglu_touvron-2023)\n\nTechniques of LLaMA\n"
    )
    refused(llmkg("show", "claim:bogus"), 4, "Nothing is called 'claim:bogus'")


def test_show_says_that_no_claim_does_not_mean_false(llmkg):
    said = llmkg("show", "technique:beam-search", "-f", "json")
    assert (said.code, said.data["claims"]) == (0, [])
    assert said.err == "The graph holds no claim about Beam search. That it holds none does not make anything false.\n"
    assert llmkg("show", "technique:beam-search", terminal=True).out.startswith("Beam search · ")


# --- lineage and why


def test_lineage_tells_what_was_taken_from_whom(llmkg):
    table = llmkg("lineage", "palm", terminal=True, columns=200).out
    parts = table.split("\n\n")
    assert [part.splitlines()[0] for part in parts] == [
        "What PaLM took, and from whom",
        "What PaLM uses without naming an earlier model",
        "What came from PaLM",
    ]
    lines = [re.split(r"\s{2,}", line)[:4] for line in parts[0].splitlines()]
    assert ["idea", "Transformer architecture", "Transformer", "Vaswani et al. 2017"] in lines
    assert "SwiGLU" in parts[1]
    assert "LLaMA" in parts[2]


def test_lineage_in_a_pipe_is_tsv(llmkg):
    said = llmkg("lineage", "llama")
    assert said.rows[0] == list(EDGE_COLUMNS)
    assert ["family:llama", "family:palm", "idea", "borrowsFrom", "technique:swiglu"] in [row[:5] for row in said.rows]


def test_lineage_json_keeps_its_shape(llmkg):
    found = llmkg("lineage", "llama", "-f", "json", "--depth", "0").data
    assert list(found) == ["root", "nodes", "edges"]
    assert found["root"] == expand("family:llama")
    assert all(list(node) == ["iri", "kind", "label", "date"] for node in found["nodes"])
    wanted = ["from", "to", "stratum", "relation", "technique", "claim", "status", "source", "locator"]
    assert all(list(edge) == wanted for edge in found["edges"])
    ends = {edge[end] for edge in found["edges"] for end in ("from", "to")}
    assert {node["iri"] for node in found["nodes"]} == ends | {found["root"]}


def test_lineage_up_and_down_are_parts_of_the_whole(llmkg):
    def claims(*options):
        return {edge["claim"] for edge in llmkg("lineage", "gpt-3", "-f", "json", *options).data["edges"]}

    assert claims("--up") | claims("--down") == claims() == claims("--up", "--down")
    assert claims("--up").isdisjoint(claims("--down"))
    assert claims("--up")
    assert claims("--down")


def test_lineage_keeps_to_strata(llmkg):
    def strata(*options):
        return {edge["stratum"] for edge in llmkg("lineage", "gpt-3", "-f", "json", *options).data["edges"]}

    assert strata("--strata", "idea") == {"idea"}
    assert strata("--strata", "idea, data,") == {"idea", "data"}
    assert strata("--strata", "") >= {"idea", "data"}
    refused(llmkg("lineage", "gpt-3", "--strata", "idea,blood"), 2, "--strata: 'blood' is not a stratum. Choose from")


def test_lineage_says_what_lies_further_away(llmkg):
    near = llmkg("lineage", "llama", "--up")
    lines, steps = re.match(r"(\d+) more lines? lies? further away: --depth (\d+), or 0 for all\.", near.err).groups()
    whole = fine(llmkg("lineage", "llama", "--up", "--depth", "0"))
    assert len(whole.rows) - len(near.rows) == int(lines)
    assert steps == "2"


def test_lineage_says_one_line_in_the_singular(llmkg):
    said = llmkg("lineage", "palm")
    assert said.err == "1 more line lies further away: --depth 2, or 0 for all.\n"


def test_lineage_as_a_graph_is_its_claims(llmkg):
    edges = llmkg("lineage", "llama", "-f", "json").data["edges"]
    for format_ in GRAPHS:
        said = llmkg("lineage", "llama", "-f", format_)
        subjects = {subject for subject, _ in triples(said, format_)}
        assert {f"<{edge['claim']}>" for edge in edges} <= subjects


def test_lineage_of_something_without_any_says_that_it_may_still_have_one(llmkg):
    for format_ in (*ROWS, *GRAPHS):
        said = llmkg("lineage", "gpt-3", "--strata", "code", "-f", format_)
        assert said.code == 0
        assert said.err == "The graph holds no lineage of GPT-3 in code. That does not mean that it has none.\n"
    assert llmkg("lineage", "gpt-3", "--strata", "code", "-f", "json").data["edges"] == []


def test_why_tells_in_a_sentence_from_whom_and_who_says_so(llmkg):
    said = fine(llmkg("why", "llama", "swiglu", terminal=True))
    assert said.out.splitlines() == [
        "LLaMA took SwiGLU from PaLM (Touvron et al. 2023, Section 2.2); introduced by Shazeer 2020; replaces ReLU; changed: two thirds of the width that PaLM uses [Stated by the developer]",
        "LLaMA took SwiGLU from PaLM (Bimant 2023, Section 6, architecture); replaces ReLU [Reported by a secondary source]",
    ]


def test_why_as_data(llmkg):
    rows = fine(llmkg("why", "llama", "swiglu")).rows
    first = dict(zip(*rows[:2], strict=True))
    assert (first["adopter"], first["adoptedFrom"], first["introducedIn"]) == (
        "family:llama",
        "family:palm",
        "source:shazeer-2020",
    )
    data = fine(llmkg("why", "llama", "swiglu", "-f", "json")).data
    assert [one["claim"] for one in data] == [
        expand("claim:llama_swiglu_touvron-2023"),
        expand("claim:llama_swiglu_bimant-2023"),
    ]
    assert data[1]["introducedIn"] is None
    for format_ in ("csv", "md"):
        assert "llama_swiglu_touvron-2023" in fine(llmkg("why", "llama", "swiglu", "-f", format_)).out


def test_why_between_two_models(llmkg):
    assert [row[5] for row in fine(llmkg("why", "llama", "palm")).rows[1:]] == [
        "claim:llama_swiglu_bimant-2023",
        "claim:llama_swiglu_touvron-2023",
    ]
    assert "SwiGLU" in fine(llmkg("why", "llama", "palm", terminal=True)).out
    edges = fine(llmkg("why", "alpaca", "llama", "-f", "json")).data
    assert [(edge["stratum"], edge["relation"]) for edge in edges] == [("weights", "isFineTunedFrom")]


@pytest.mark.parametrize("pair", [("llama", "flamingo"), ("palm", "rope")])
def test_why_says_that_no_claim_does_not_mean_no_connection(llmkg, pair):
    for format_ in ROWS:
        said = llmkg("why", *pair, "-f", format_)
        assert said.code == 0
        assert said.err.startswith("No claim connects ")
        assert said.err.endswith("That the graph holds none does not mean that there is no connection.\n")
    assert llmkg("why", *pair, "-f", "json").data == []


# --- search


def test_search_reads_both_languages_and_all_kinds(llmkg):
    hits = fine(llmkg("search", "llama", "-f", "json")).data
    assert [list(hit) for hit in hits] == [["iri", "kind", "label", "matched", "score"]] * len(hits)
    assert hits[0] == {
        "iri": expand("family:llama"),
        "kind": "family",
        "label": {"en": "LLaMA", "zh": "LLaMA 模型"},
        "matched": "LLaMA",
        "score": 100,
    }
    assert {"family", "model", "software"} <= {hit["kind"] for hit in hits}
    assert [hit["score"] for hit in hits] == sorted((hit["score"] for hit in hits), reverse=True)
    assert fine(llmkg("search", "谷歌")).rows[1][:4] == ["org:google", "organization", "Google", "谷歌"]


def test_search_is_forgiving(llmkg):
    assert fine(llmkg("search", "chinchila", "-f", "json")).data[0]["iri"] == expand("family:chinchilla")


def test_search_keeps_to_kinds_and_to_the_limit(llmkg):
    rows = fine(llmkg("search", "llama", "--kind", "model", "--kind", "software")).rows
    assert {row[1] for row in rows[1:]} == {"model", "software"}
    assert len(fine(llmkg("search", "llama", "--limit", "1")).rows) == 2
    said = refused(llmkg("search", "llama", "--kind", "animal"), 2, "--kind: 'animal' is not a kind. Choose from ")
    listed = said.err.split("Choose from ")[1].rstrip(".\n").split(", ")
    assert {"family", "technique"} <= set(listed)
    assert all(listed)


def test_search_without_hits_says_so(llmkg):
    said = llmkg("search", "zzzzzz")
    assert (said.code, said.out) == (0, "name\tkind\ten\tzh\tmatched\tscore\n")
    assert said.err == "Nothing in the graph has a name like 'zzzzzz'.\n"
    assert llmkg("search", "zzzzzz", "-f", "json").data == []


# --- names


def test_an_unknown_name_suggests(llmkg):
    for command in ("show", "lineage"):
        refused(
            llmkg(command, "chinchila"), 4, "Nothing is called 'chinchila'. Did you mean Chinchilla (family:chinchilla)"
        )
    refused(llmkg("why", "llama", "swigloo"), 4, "Did you mean SwiGLU (technique:swiglu)")
    refused(llmkg("show", "zzzzzzzz"), 4, "'llmkg search' looks wider.")


def test_an_ambiguous_name_lists_its_candidates(llmkg, mini):
    path = mini.root / "graph" / "things.ttl"
    path.write_text(path.read_text().replace('"Stanford University"@en', '"Chinchilla"@en'), encoding="utf-8")
    for arguments in (("show", "chinchilla"), ("lineage", "CHINCHILLA")):
        refused(
            llmkg(*arguments, data=mini.root),
            3,
            "may mean Chinchilla (family:chinchilla) or Chinchilla (org:stanford). Say which, for example family:chinchilla.",
        )
    fine(llmkg("show", "org:stanford", data=mini.root))
    said = llmkg("query", "entities/models-of", "organization=chinchilla", data=mini.root)
    assert said.code == 0


# --- query


def test_query_lists_the_questions(llmkg):
    rows = fine(llmkg("query")).rows
    assert rows[0] == ["id", "parameters", "question"]
    listed = {row[0]: row for row in rows[1:]}
    assert len(listed) >= 25
    assert listed["lineage/why"][1] == "model=family:llama technique=technique:swiglu"
    assert "lineage/edges" not in listed
    assert not [id_ for id_ in listed if id_.startswith("checks/")]
    data = fine(llmkg("query", "-f", "json")).data
    assert [one["id"] for one in data] == list(listed)
    assert list(data[0]) == ["id", "parameters", "summary"]


def test_query_asks_a_question_by_id_or_stem(llmkg):
    whole = fine(llmkg("query", "techniques/adopters-of", "technique=swiglu"))
    assert fine(llmkg("query", "adopters-of", "technique=SwiGLU")).out == whole.out
    assert fine(llmkg("query", "adopters-of", f"technique={expand('technique:swiglu')}")).out == whole.out
    assert expand("family:llama") in whole.out


@pytest.mark.parametrize("format_", [*ROWS, "srj"])
def test_query_answers_in_every_form(llmkg, format_):
    said = fine(llmkg("query", "adopters-of", "technique=swiglu", "-f", format_))
    if format_ == "srj":
        rows = list(px.parse_query_results(said.out, px.QueryResultsFormat.JSON))
    elif format_ == "json":
        rows = said.data
    elif format_ == "csv":
        rows = list(csv.DictReader(io.StringIO(said.out)))
    else:
        rows = [line for line in said.out.splitlines() if "SwiGLU" in line or "swiglu" in line]
    assert len(rows) == 3


def test_query_takes_names_in_chinese_and_several_values(llmkg):
    google = fine(llmkg("query", "entities/models-of", "organization=谷歌")).rows
    both = fine(llmkg("query", "entities/models-of", "organization=谷歌", "organization=OpenAI")).rows
    assert {row[0] for row in google} < {row[0] for row in both}


def test_query_prints_the_sparql_it_would_ask(llmkg, at_once):
    text = fine(llmkg("query", "adopters-of", "technique=rope", "--sparql")).out
    assert text.count(f"{{ <{expand('technique:rope')}> }}") >= 1
    assert "technique:pre-normalization }" not in text
    assert fine(llmkg("sparql", text)).out == fine(llmkg("query", "adopters-of", "technique=rope")).out


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("nothing/like-this-zz",), 4, "No saved question is called 'nothing/like-this-zz'."),
        (("adopters",), 4, "Did you mean techniques/adopters-of?"),
        (("adopters-of",), 2, "techniques/adopters-of needs the parameter 'technique'. For example technique="),
        (("adopters-of", "swiglu"), 2, "'swiglu' is not NAME=VALUE. For example technique=technique:"),
        (("adopters-of", "techniqe=swiglu"), 2, "has no parameter 'techniqe'. It has technique, since."),
        (("entities/counts", "model=llama"), 2, "has no parameter 'model'. It has none."),
        (("entities/counts", "llama"), 2, "For example no parameters at all."),
        (("adopters-of", "technique=llama"), 4, "Nothing of kind technique is called 'llama'"),
        (("adopters-of", "technique="), 4, "Nothing of kind technique is called ''"),
        (("provenance/known-by", "model=gpt-3", "date=yesterday"), 2, "date: 'yesterday' is not a date (YYYY-MM-DD)."),
        (("provenance/known-by", "model=gpt-3", 'date=2020-01-01"^^xsd:date } #'), 2, "is not a date"),
        (("adopters-of", "technique=x> } #"), 4, "Nothing of kind technique is called 'x> } #'"),
        (("adopters-of", "technique=technique:swiglu> } UNION { ?a ?b ?c } #"), 4, "Nothing of kind technique"),
    ],
)
def test_query_refuses_what_it_cannot_ask(llmkg, arguments, code, words):
    refused(llmkg("query", *arguments), code, words)


def test_an_empty_answer_says_which_part_matched_nothing(llmkg):
    said = llmkg("query", "adopters-of", "technique=beam-search")
    assert said.code == 0
    assert len(said.rows) == 1
    assert re.fullmatch(
        r"No rows: technique=Beam search matched nothing; with any technique there are \d+ rows; "
        r"nothing fits \?claim llmkg:technique \?used \(queries/techniques/adopters-of\.rq:\d+\)\. "
        r"That the graph holds nothing does not make it false\.\n",
        said.err,
    )


def test_an_empty_answer_names_each_part_that_is_a_reason(llmkg):
    said = llmkg("query", "lineage/why", "model=palm", "technique=rope")
    assert said.code == 0
    assert "model=PaLM matched nothing; with any model there" in said.err
    assert "technique=Rotary position embedding matched nothing; with any technique there" in said.err


def test_an_empty_answer_may_have_no_single_reason(llmkg):
    said = llmkg("query", "evaluation/head-to-head", "model=alpaca", "other=perceiver")
    assert said.code == 0
    assert said.err.startswith("No rows: nothing fits ")
    assert "matched nothing" not in said.err


# --- sparql


def test_sparql_from_a_text_a_file_and_standard_input(llmkg, at_once, tmp_path):
    text = "SELECT ?m { ?m llmkg:usesTechnique technique:swiglu } ORDER BY ?m\n"
    (tmp_path / "question.rq").write_text(text, encoding="utf-8")
    (tmp_path / "问题").write_text(text, encoding="utf-8")
    said = fine(llmkg("sparql", text))
    assert [expand("family:llama")] in said.rows
    assert fine(llmkg("sparql", str(tmp_path / "question.rq"))).out == said.out
    assert fine(llmkg("sparql", str(tmp_path / "问题"))).out == said.out
    assert fine(llmkg("sparql", "-", stdin=text.encode())).out == said.out


def test_sparql_asks_in_a_process_of_its_own(llmkg):
    assert fine(llmkg("sparql", "ASK { family:llama llmkg:usesTechnique technique:swiglu }")).out == "true\n"


def test_sparql_stops_at_the_time_limit(llmkg):
    slow = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . FILTER (?a != ?d && ?d != ?g) }"
    began = time.monotonic()
    refused(llmkg("sparql", slow, "--timeout", "1"), 5, "The query was stopped after 1 seconds.", "--timeout SECONDS")
    assert time.monotonic() - began < 10


def test_sparql_is_told_the_time_limit(llmkg, monkeypatch):
    told = []

    def stop(root, text, limits, **_):
        told.append((root, text, limits.seconds))
        raise QueryTimeoutError("Stopped.")

    monkeypatch.setattr("llmkg.sandbox.ask_once", stop)
    refused(llmkg("sparql", "ASK {}"), 5, "Stopped.")
    refused(llmkg("sparql", "ASK {}", "--timeout", "2.5"), 5)
    assert told == [(MINI, "ASK {}", 60), (MINI, "ASK {}", 2.5)]


def test_sparql_says_that_an_answer_is_cut(llmkg, monkeypatch):
    from llmkg.sandbox import Answered
    from llmkg.store import Rows

    monkeypatch.setattr("llmkg.sandbox.ask_once", lambda *_, **__: Answered(Rows(("x",), ((None,),)), "rows"))
    said = llmkg("sparql", "SELECT ?x {}")
    assert said.code == 5
    assert "This is not all" in said.err


@pytest.mark.parametrize("format_", [*ROWS, "srj", *GRAPHS])
def test_sparql_answers_with_a_graph_in_every_form(llmkg, at_once, format_):
    said = fine(llmkg("sparql", "CONSTRUCT WHERE { family:palm skos:prefLabel ?label }", "-f", format_))
    if format_ in GRAPHS:
        assert len(list(px.parse(said.out, format=RDF[format_]))) == 2
    else:
        assert "PaLM" in said.out


@pytest.mark.parametrize("format_", [*ROWS, "srj"])
def test_sparql_answers_with_a_truth_in_every_form(llmkg, at_once, format_):
    said = fine(llmkg("sparql", "ASK { family:palm ?p ?o }", "-f", format_))
    assert json.loads(said.out) in (True, {"head": {}, "boolean": True})


@pytest.mark.parametrize("format_", GRAPHS)
@pytest.mark.parametrize("text", ["SELECT * { family:palm ?p ?o }", "ASK {}"])
def test_sparql_refuses_a_form_that_does_not_fit(llmkg, at_once, format_, text):
    refused(
        llmkg("sparql", text, "-f", format_), 2, f"--format: {format_} is a form of graphs", "CONSTRUCT or DESCRIBE"
    )


@pytest.mark.parametrize(
    "text",
    [
        "INSERT DATA { family:x a llmkg:ModelFamily }",
        "DELETE WHERE { ?s ?p ?o }",
        "DROP ALL",
        "CLEAR GRAPH <http://x/>",
        "LOAD <http://localhost/x>",
        "SELECT * { ?s ?p ?o } ; DELETE WHERE { ?s ?p ?o }",
    ],
)
def test_sparql_refuses_to_change_anything(llmkg, at_once, text):
    before = fine(llmkg("sparql", "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")).out
    refused(llmkg("sparql", text), 2, "Not a SPARQL query", "SELECT, ASK, CONSTRUCT or DESCRIBE")
    assert fine(llmkg("sparql", "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")).out == before


def test_sparql_asks_no_other_server(llmkg):
    text = "SELECT * {\n SERVICE <http://localhost:1/> { ?s ?p ?o } }"
    refused(llmkg("sparql", text), 2, "line 2: SERVICE is not allowed.")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("SELECT * {\n ?s ?p }", "line 2, column"),
        ("SELECT * { ?s nope:p ?o }", "line 1: The prefix nope: is not declared."),
        ("", "Not a SPARQL query"),
        ("SELECT * { ?s ?p 'x }", "Not a SPARQL query"),
    ],
)
def test_sparql_says_where_a_query_is_wrong(llmkg, at_once, text, words):
    refused(llmkg("sparql", text), 2, words)


def test_sparql_says_which_file_it_cannot_read(llmkg, tmp_path):
    refused(llmkg("sparql", "nothing.rq"), 1, "nothing.rq: The file cannot be read (No such file or directory).")
    refused(llmkg("sparql", str(tmp_path)), 1, f"{tmp_path}: The file cannot be read (Is a directory).")
    (tmp_path / "bad.rq").write_bytes(b"SELECT *\n{ ?s ?p '\xff' }")
    refused(llmkg("sparql", str(tmp_path / "bad.rq")), 1, f"{tmp_path / 'bad.rq'}:2: Not UTF-8.")
    refused(llmkg("sparql", "-", stdin=b"\xfe"), 1, "-:1: Not UTF-8.")


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (["as-of=2022", "--as-of", "2023"], "Several days are given: 2022, 2023. Ask once for each."),
        (["as-of=2022", "as-of=2023"], "Several days are given: 2022, 2023. Ask once for each."),
        (["as-of="], "No day is given. Write YYYY-MM-DD"),
    ],
)
def test_query_is_about_one_day(llmkg, days, words):
    refused(llmkg("query", "techniques/adopters-of", "technique=rope", *days), 2, "as-of: ", words)


def test_sparql_looks_for_the_reason_in_the_time_that_is_left(llmkg, monkeypatch):
    from llmkg.sandbox import Answered
    from llmkg.store import Rows

    given = []

    def answer(_root, _text, limits, **_):
        given.append(limits.seconds)
        time.sleep(0.3)
        return Answered(True if len(given) > 1 else Rows(("s",), ()))

    monkeypatch.setattr("llmkg.sandbox.ask_once", answer)
    said = llmkg("sparql", "SELECT ?s { " + " ".join(f"?s ?p{n} ?o{n} ." for n in range(30)) + " }", "--timeout", "1")
    assert given[0] == 1
    assert given == sorted(given, reverse=True)
    assert 1 < len(given) < 5
    assert said.err.startswith("No rows. That nothing matched")


@pytest.mark.parametrize("seconds", ["nan", "inf", "1e10"])
@pytest.mark.parametrize("more", [(), ("--endpoint", "http://127.0.0.1:9/")])
def test_sparql_refuses_a_time_that_is_no_limit(llmkg, seconds, more):
    refused(llmkg(*more, "sparql", "ASK {}", "--timeout", seconds), 2, "timeout: ", "at most 86,400")


def test_sparql_without_rows_says_that_absent_is_not_false(llmkg, at_once):
    said = llmkg("sparql", "SELECT ?x { ?x a <urn:nothing> }")
    assert (said.code, said.out) == (0, "x\n")
    assert said.err == (
        "No rows: nothing fits ?x a <urn:nothing> (line 1). "
        "That nothing matched does not make anything false: the graph may not hold it.\n"
    )
    assert llmkg("sparql", "CONSTRUCT WHERE { ?x a <urn:nothing> }", "-f", "nt").out == ""


# --- questions: days, statuses, evidence, limits, the catalogue


def test_query_leaves_rumours_out_and_tells_how_many(llmkg):
    said = llmkg("query", "entities/claims", "entity=gpt-4")
    assert "status/unconfirmed" in said.out  # a question about claims of any status
    preferred = llmkg("query", "lineage/descendants", "model=gpt-2")
    everything = fine(llmkg("query", "lineage/descendants", "model=gpt-2", "--all-claims"))
    assert {*map(tuple, preferred.rows)} <= {*map(tuple, everything.rows)}
    refused(llmkg("query", "entities/counts", "--status", "estimated"), 2, "have no status to choose by")
    refused(llmkg("query", "lineage/why", "model=llama", "technique=swiglu", "--status", "sure"), 4, "of kind status")
    only = llmkg("query", "lineage/why", "model=llama", "technique=swiglu", "--status", "reported-by-secondary-source")
    assert only.err == "1 more row has another status than those shown.\n"
    assert {row[only.rows[0].index("status")] for row in only.rows[1:]} == {
        expand("status:reported-by-secondary-source")
    }


def test_query_is_about_a_day_by_option_or_as_a_value(llmkg):
    asked = ("query", "lineage/borrowed-techniques", "model=palm")
    assert len(llmkg(*asked).rows) > 1
    assert llmkg(*asked, "--as-of", "2022-12-31").out == llmkg(*asked, "as-of=2022").out
    refused(llmkg("query", "lineage/why", "model=llama", "technique=swiglu", "as-of=2019"), 4, "is called 'llama'")
    refused(llmkg(*asked, "--as-of", "soon"), 2, "'soon' is not a day")


def test_query_shows_why_and_says_when_a_limit_bites(llmkg):
    said = llmkg("query", "adopters-of", "technique=pre-normalization", "--limit", "1", "--why", terminal=True)
    assert said.err == "1 of 3 rows are shown.\n"
    assert "[1] " in said.out
    rows = fine(llmkg("query", "adopters-of", "technique=pre-normalization", "--why", "-f", "json")).data
    assert all(row["why"][0]["locator"] for row in rows)
    claims = fine(llmkg("query", "adopters-of", "technique=pre-normalization", "-f", "ttl")).out
    assert "llmkg:TechniqueAdoption" in claims


def test_an_empty_answer_with_rows_of_other_statuses_says_so(llmkg):
    said = llmkg("query", "lineage/why", "model=llama", "technique=swiglu", "--status", "estimated")
    assert "Other rows there are: --all-claims shows them." in said.err


@pytest.mark.parametrize(("form", "words"), [("ttl", "sh:SPARQLSelectExecutable"), ("md", "### `lineage/`")])
def test_the_catalogue_is_printed_as_data_and_as_a_page(llmkg, form, words):
    assert words in fine(llmkg("query", "--catalogue", form)).out


def test_a_word_question_is_answered_by_a_saved_one_which_is_told(llmkg):
    said = llmkg("ask", "LLaMA", "从哪个模型借用了", "SwiGLU?")
    assert said.code == 0
    assert said.rows[1][2] == expand("family:palm")
    assert said.err.startswith("Asked as: llmkg query lineage/why model=family:llama technique=technique:swiglu")
    assert "Or did you mean:" in said.err


def test_a_word_question_without_rows_says_why_and_one_that_nothing_fits_is_refused(llmkg):
    said = llmkg("ask", "why does palm use rope")
    assert "No rows: model=PaLM matched nothing" in said.err
    refused(llmkg("ask", "how do I bake bread"), 4, "No saved question fits 'how do I bake bread'.")


def test_what_a_word_question_does_not_use_is_told(llmkg):
    assert "Not used: " in llmkg("ask", "so which techniques does GPT-3 use kindly").err


# --- side by side, connected, in order


def test_models_are_compared_with_a_source_in_each_cell(llmkg):
    rows = fine(llmkg("compare", "gpt-3", "llama")).rows
    assert rows[0] == ["property", "GPT-3", "LLaMA"]
    cells = {row[0]: row[1:] for row in rows[1:]}
    assert "Touvron et al. 2023" in cells["parameter count"][1]
    assert "not known" in {cell for pair in cells.values() for cell in pair}
    one = fine(llmkg("compare", "llama", "--only", "parameter count", "-f", "json")).data
    assert [row["property"] for row in one] == ["parameterCount"]
    assert "\\begin{tabular}{lll}" in fine(llmkg("compare", "gpt-3", "llama", "-f", "latex")).out


def test_conflicts_of_everything_and_of_one_thing(llmkg):
    everything, one = fine(llmkg("conflicts")), fine(llmkg("conflicts", "palm"))
    assert 1 < len(one.rows) < len(everything.rows)
    assert "no two claims about Alpaca that differ" in llmkg("conflicts", "alpaca").err


def test_each_conflict_shows_what_is_said_and_what_else_is(llmkg, root):
    rows = fine(llmkg("--data", str(root), "conflicts", "-f", "json")).data
    assert len(rows) > 100
    assert not [row for row in rows if None in {row["property"], row["value"], row["otherValue"]}]


@pytest.mark.parametrize("form", ["table", "tsv", "json", "ttl"])
def test_the_way_between_two_things_is_told_with_its_evidence(llmkg, form):
    out = fine(llmkg("path", "gpt-2", "llama", "-f", form)).out
    assert "touvron-2023" in out or "Touvron et al. 2023" in out or "BimAnt 2023" in out


def test_which_of_a_maker_and_its_families_a_way_begins_with_is_told(llmkg, root):
    said = llmkg("--data", str(root), "path", "mistral", "llama")
    assert said.code == 0
    assert "'mistral' is taken for the organization Mistral AI (org:mistral-ai), not for " in said.err
    assert "(family:mistral-7b)" in said.err
    assert "taken for" not in llmkg("--data", str(root), "path", "org:mistral-ai", "llama").err


def test_what_nothing_connects_is_told(llmkg):
    said = llmkg("path", "risk:toxicity", "llama", "-f", "tsv")
    assert "No claims connect" in said.err
    assert said.rows == [["start", "end"]]


def test_a_timeline_is_in_order(llmkg):
    rows = fine(llmkg("timeline", "gpt-3", "--all-claims")).rows
    dates = [row[0] for row in rows[1:]]
    assert dates == sorted(dates)
    assert dates
    assert "no date of Toxicity" in llmkg("timeline", "risk:toxicity").err


# --- relying on it


def test_sources_are_cited_by_thing_by_claim_and_by_themselves(llmkg):
    assert "Touvron" in fine(llmkg("cite", "llama")).out
    by_claim = fine(llmkg("cite", "--claim", "llama_swiglu_touvron-2023", "--style", "bibtex")).out
    assert by_claim.count("@") == 1
    assert fine(llmkg("cite", "--claim", "claim:llama_swiglu_touvron-2023", "--style", "bibtex")).out == by_claim
    assert fine(llmkg("cite", "source:touvron-2023", "--style", "bibtex")).out == by_claim
    refused(llmkg("cite", "--claim", "nothing"), 4, "No claim is called 'claim:nothing'")
    refused(llmkg("cite"), 2, "Name a thing, or a claim")
    assert "No source speaks of it" in llmkg("cite", "risk:toxicity").err


def test_a_licence_that_forbids_exits_with_1_and_an_unknown_one_is_no_permission(llmkg, root):
    said = llmkg("licence", "llama", "--for", "commercial", data=root)
    assert (said.code, said.rows[1][2]) == (1, "forbidden")
    assert "A licence forbids commercial use." in said.err
    allowed = llmkg("licence", "mistral-7b", "--for", "commercial use", "-f", "json", data=root)
    assert allowed.code == 0
    assert "permitted" in {ruling["verdict"] for ruling in allowed.data}
    unknown = llmkg("licence", "gpt-4", "--for", "commercial", data=root)
    assert (unknown.code, "that is no permission" in unknown.err) == (0, True)
    refused(
        llmkg("licence", "llama", "--for", "fun", data=root), 4, "is called 'fun'", "Commercial use, Disclosing source"
    )
    mixed = llmkg("licence", "qwen2-5", "--for", "商用", data=root)
    assert (mixed.code, "name the variant that you use" in mixed.err) == (1, True)


# --- another version, another machine


def test_a_version_is_compared_with_another(llmkg, mini):
    said = llmkg("diff", str(mini.root))
    assert said.rows == [["what", "name", "change"]]
    assert "questions answer differently; 0 claims changed." in said.err
    assert llmkg("diff", str(mini.root), "-f", "json").data["claims"] == []


def test_what_works_on_files_refuses_an_endpoint(llmkg):
    for command in (
        ("check",),
        ("format", "--check"),
        ("diff", "HEAD"),
        ("push", "http://x/", "--query-url", "http://x/"),
    ):
        refused(llmkg("--endpoint", "http://127.0.0.1:9/query", *command), 2, "works on the files of the graph")


def test_an_endpoint_refuses_a_day_and_one_that_is_not_there_is_told(llmkg):
    remote = ("--endpoint", "http://127.0.0.1:9/query")
    refused(llmkg(*remote, "lineage", "llama", "--as-of", "2022"), 2, "answers with all that it holds")
    refused(llmkg(*remote, "lineage", "llama"), 1, "The endpoint cannot be reached")
    refused(llmkg(*remote, "sparql", "ASK {}"), 1, "The endpoint cannot be reached")


def test_commands_ask_an_endpoint_as_they_ask_the_graph_here(llmkg, monkeypatch):
    from llmkg.files import find_project
    from llmkg.snapshot import open_snapshot

    store = open_snapshot(find_project(MINI)).store

    class Remote:
        def __init__(self, url, seconds=60):
            self.query = store.query

    monkeypatch.setattr("llmkg.endpoint.EndpointStore", Remote)
    for command in (
        ("lineage", "llama"),
        ("show", "gpt-4"),
        ("why", "llama", "swiglu"),
        ("query", "adopters-of", "technique=pre-normalization", "--why"),
        ("path", "gpt-2", "llama"),
        ("compare", "gpt-3", "llama"),
        ("conflicts",),
        ("stats",),
    ):
        here, there = llmkg(*command), llmkg("--endpoint", "http://127.0.0.1:9/query", *command)
        assert (there.code, there.out) == (here.code, here.out)
    text = "SELECT ?m { ?m a llmkg:ModelFamily } ORDER BY ?m"
    said = llmkg("--endpoint", "http://127.0.0.1:9/query", "sparql", text, "--limit", "2")
    assert len(said.rows) == 3
    assert "2 of" in said.err


def test_the_graph_is_pushed_with_what_the_command_was_told(llmkg, monkeypatch):
    from llmkg.push import Pushed

    told = []

    def push(project, store_url, *, query_url, notify):
        told.append((project.root, store_url, query_url))
        notify("100 of 100 graphs are sent.")
        return Pushed(100, 1, 2, 3000)

    monkeypatch.setattr("llmkg.push.push", push)
    said = llmkg("push", "http://x/store", "--query-url", "http://x/query")
    assert told == [(MINI, "http://x/store", "http://x/query")]
    assert said.err.endswith("100 graphs sent, 1 were there, 2 removed; 3000 statements.\n")


def test_show_keeps_to_a_status_and_a_day(llmkg):
    statuses = {row[8] for row in fine(llmkg("show", "gpt-4", "--status", "unconfirmed")).rows[1:]}
    assert statuses == {"unconfirmed"}
    assert fine(llmkg("show", "gpt-3", "--as-of", "2021")).out != fine(llmkg("show", "gpt-3")).out


# --- stats


def test_stats_counts_and_says_which_graph(llmkg):
    said = llmkg("stats")
    assert said.code == 0
    assert said.rows[0] == ["group", "thing", "count"]
    assert re.fullmatch(rf"Graph [0-9a-f]{{12}}, from {re.escape(str(MINI))}\.\n", said.err)
    data = llmkg("stats", "-f", "json").data
    assert [[one["group"], one["thing"], one["count"]] for one in data] == said.rows[1:]
    counts = {row[1]: row[2] for row in said.rows[1:]}
    families = sum(path.read_text().count("a llmkg:ModelFamily ;") for path in (MINI / "graph").rglob("*.ttl"))
    assert counts["ModelFamily"] == str(families)
    assert "ModelFamily" in llmkg("stats", terminal=True).out


def test_stats_by_family(llmkg):
    said = llmkg("stats", "--coverage")
    assert said.code == 0
    columns = said.rows[0]
    assert columns[:2] == ["family", "claims"]
    data = llmkg("stats", "--coverage", "-f", "json").data
    assert [shrink(one["family"]) for one in data] == [row[0] for row in said.rows[1:]]
    assert [str(one["claims"]) for one in data] == [row[1] for row in said.rows[1:]]
    page = llmkg("stats", "--coverage", terminal=True).out
    assert "Fewer than 20 claims:" in page
    assert "Never read again:" in page


# --- check and format


def test_check_of_a_right_project_is_exit_code_0(llmkg):
    said = llmkg("check")
    assert (said.code, said.out) == (0, "")
    assert re.fullmatch(r"Nothing wrong in \d+ files\.\n", said.err)
    assert llmkg("check", LLAMA).err == "Nothing wrong in 1 file.\n"
    assert llmkg("check", LLAMA, "-f", "json").data == []


def seen(root):
    """Every file of the graph and the queries, byte for byte."""
    return {
        path: path.read_bytes()
        for folder in ("graph", "queries")
        for path in (root / folder).rglob("*")
        if path.is_file()
    }


def change(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def claim_before(path, line):
    lines = path.read_text(encoding="utf-8").splitlines()
    return max(number for number, text in enumerate(lines[:line], 1) if text.startswith("claim:"))


def test_check_tells_findings_in_every_form(llmkg, mini):
    path = mini.root / LLAMA
    line = change(path, "llmkg:source source:touvron-2023 ;\n    ", "")
    line = claim_before(path, line)
    before = seen(mini.root)
    said = llmkg("check", LLAMA, data=mini.root)
    assert said.code == 1
    assert re.match(rf"graph/families/llama\.ttl:{line}  error  \S+", said.out)
    assert said.err.endswith("\n")
    assert said.err.count("\n") == 1
    (finding,) = llmkg("check", LLAMA, "-f", "json", data=mini.root).data
    assert list(finding) == ["path", "line", "level", "rule", "message", "remedy"]
    assert (finding["path"], finding["line"], finding["level"]) == ("graph/families/llama.ttl", line, "error")
    assert llmkg("check", LLAMA, "-f", "github", data=mini.root).out.startswith(
        "::error file=graph/families/llama.ttl,line="
    )
    assert llmkg("check", LLAMA, "-f", "sarif", data=mini.root).data["version"] == "2.1.0"
    assert llmkg("check", "graph/families/palm.ttl", data=mini.root).code == 0
    assert seen(mini.root) == before


BAD = {
    "broken Turtle": (LLAMA, "a llmkg:ModelFamily ;", "a llmkg:ModelFamily ; ;;; [", True),
    "claim without a source": (LLAMA, "llmkg:source source:touvron-2023 ;\n    ", "", False),
    "dangling IRI": (LLAMA, "llmkg:adoptedFrom family:palm", "llmkg:adoptedFrom family:plam", True),
    "wrong datatype": (LLAMA, "rdf:object 6700000000 ;", 'rdf:object "6700000000" ;', False),
    "comment": (LLAMA, "family:llama\n    a llmkg", "# a remark\nfamily:llama\n    a llmkg", True),
    "undeclared parameter": ("queries/lineage/why.rq", "VALUES ?model {", "VALUES ?modell {", True),
}


@pytest.mark.parametrize("case", BAD)
def test_check_tells_bad_input_with_path_and_line_and_changes_nothing(llmkg, mini, case):
    name, old, new, exact = BAD[case]
    line = change(mini.root / name, old, new)
    before = seen(mini.root)
    said = llmkg("check", data=mini.root)
    assert said.code == 1
    assert "Traceback" not in said.out + said.err
    told = [re.match(r"(\S+):(\d+)  (error|warning)  \S+", text) for text in said.out.splitlines()]
    places = {(match[1], int(match[2])) for match in told if match}
    assert {place for place, _ in places} == {name}
    if exact:
        assert any(abs(number - line) <= 1 for _, number in places)
    assert seen(mini.root) == before


def test_check_tells_an_iri_that_two_files_describe(llmkg, mini):
    family = 'family:llama\n    a llmkg:ModelFamily ;\n    skos:prefLabel "LLaMA"@en ;\n    skos:prefLabel "LLaMA 模型"@zh ;\n    .\n'
    change(mini.root / "graph/families/palm.ttl", "family:palm\n", family + "\nfamily:palm\n")
    said = llmkg("check", data=mini.root)
    assert said.code == 1
    assert "family:llama is described in" in said.out


@pytest.mark.parametrize("command", [("check",), ("show", "llama"), ("format",), ("format", "--check"), ("stats",)])
def test_a_file_that_is_not_utf_8_is_told_with_its_line(llmkg, mini, command):
    path = mini.root / "graph/families/llama.ttl"
    path.write_bytes(path.read_bytes().replace(b"Title page", b"Title \xff", 1))
    line = path.read_bytes().split(b"\xff")[0].count(b"\n") + 1
    before = seen(mini.root)
    said = llmkg(*command, data=mini.root)
    assert said.code == 1
    assert f"graph/families/llama.ttl:{line}" in said.out + said.err
    assert "Not UTF-8: byte 0xFF." in said.out + said.err
    assert "Traceback" not in said.err
    assert seen(mini.root) == before


@pytest.mark.parametrize("command", [("show", "llama"), ("lineage", "llama"), ("query",), ("stats",), ("format",)])
def test_broken_turtle_is_told_with_path_and_line(llmkg, mini, command):
    line = change(mini.root / LLAMA, "a llmkg:ModelFamily ;", "a llmkg:ModelFamily ; [")
    before = seen(mini.root)
    said = llmkg(*command, data=mini.root)
    if command != ("query",):
        refused(said, 1)
        assert re.match(rf"llmkg: {re.escape(LLAMA)}:({line}|{line + 1})(:\d+)?: ", said.err)
    assert "Traceback" not in said.err
    assert seen(mini.root) == before


@pytest.mark.parametrize("command", [("check",), ("show", "llama"), ("format",), ("stats",)])
def test_a_folder_that_cannot_be_read_is_told(llmkg, mini, monkeypatch, command):
    scan = os.scandir

    def refuse(path="."):
        if str(path).endswith("families"):
            raise PermissionError(13, "Permission denied", str(path))
        return scan(path)

    monkeypatch.setattr(os, "scandir", refuse)
    said = llmkg(*command, data=mini.root)
    assert said.code == 1
    assert "graph/families" in said.out + said.err
    assert "The folder cannot be read (Permission denied)." in said.out + said.err
    assert "Traceback" not in said.err


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_folder_without_permission_is_told(llmkg, mini):  # pragma: no cover
    (mini.root / "graph" / "families").chmod(0)
    said = llmkg("show", "llama", data=mini.root)
    (mini.root / "graph" / "families").chmod(0o755)
    refused(said, 1, "graph/families: The folder cannot be read (Permission denied).")


def test_a_question_with_an_undeclared_parameter_is_refused_with_its_line(llmkg, mini):
    line = change(mini.root / "queries/lineage/why.rq", "VALUES ?model {", "VALUES ?modell {")
    where = f"queries/lineage/why.rq:{line}: VALUES ?modell is not declared as a parameter."
    refused(llmkg("query", "lineage/why", "model=llama", "technique=swiglu", data=mini.root), 1, where)
    refused(llmkg("why", "llama", "swiglu", data=mini.root), 1, where)
    refused(llmkg("query", data=mini.root), 1, where)


def test_a_claim_without_a_source_is_still_shown(llmkg, mini):
    change(mini.root / LLAMA, "llmkg:source source:touvron-2023 ;\n    ", "")
    for format_ in (*ROWS, *GRAPHS):
        fine(llmkg("show", "llama", "-f", format_, data=mini.root))


def test_a_folder_that_is_no_project_is_refused(llmkg, tmp_path):
    for command in (("stats",), ("check",), ("format",), ("show", "llama")):
        refused(llmkg(*command, data=tmp_path), 1, f"{tmp_path}: No ontology/ folder in it.")


@pytest.mark.parametrize("command", ["check", "format"])
def test_a_path_outside_the_project_is_refused(llmkg, command, tmp_path):
    refused(llmkg(command, "graph/nothing.ttl"), 1, "graph/nothing.ttl: No such file or folder in the project.")
    refused(llmkg(command, str(tmp_path)), 1, f"{tmp_path}: No such file or folder in the project.")


def test_format_check_lists_and_changes_nothing(llmkg, mini):
    path = mini.root / LLAMA
    tidy = path.read_bytes()
    change(path, "    a llmkg:ModelFamily ;\n", "  a   llmkg:ModelFamily;\n")
    before = seen(mini.root)
    said = llmkg("format", "--check", data=mini.root)
    assert (said.code, said.out) == (1, f"{LLAMA}\n")
    assert re.fullmatch(r"1 of \d+ files are not in order\.\n", said.err)
    assert seen(mini.root) == before
    said = llmkg("format", data=mini.root)
    assert (said.code, said.out) == (0, f"{LLAMA}\n")
    assert re.fullmatch(r"1 of \d+ files were not in order\.\n", said.err)
    assert path.read_bytes() == tidy
    again = llmkg("format", data=mini.root)
    assert (again.code, again.out) == (0, "")
    assert llmkg("format", "--check", data=mini.root).code == 0
    assert not [path for path in (mini.root / "graph").rglob("*") if path.is_file() and path.suffix != ".ttl"]


def test_format_keeps_to_the_paths(llmkg, mini):
    for name in (LLAMA, "graph/families/palm.ttl"):
        change(mini.root / name, "    a llmkg:ModelFamily ;\n", "  a   llmkg:ModelFamily;\n")
    said = llmkg("format", "graph/families/palm.ttl", data=mini.root)
    assert (said.code, said.out, said.err) == (0, "graph/families/palm.ttl\n", "1 of 1 files were not in order.\n")
    assert llmkg("format", "--check", data=mini.root).out == f"{LLAMA}\n"


def test_format_refuses_comments_and_then_changes_no_file(llmkg, mini):
    change(mini.root / "graph/families/flamingo.ttl", "    a llmkg:ModelFamily ;\n", "  a   llmkg:ModelFamily;\n")
    line = change(mini.root / LLAMA, "family:llama\n", "# a remark\nfamily:llama\n")
    before = seen(mini.root)
    refused(llmkg("format", data=mini.root), 1, f"{LLAMA}:{line}: ", "skos:editorialNote")
    assert seen(mini.root) == before


def test_format_that_cannot_write_leaves_the_file_as_it_was(llmkg, mini, monkeypatch):
    change(mini.root / LLAMA, "    a llmkg:ModelFamily ;\n", "  a   llmkg:ModelFamily;\n")
    before = seen(mini.root)

    def fail(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", fail)
    said = llmkg("format", data=mini.root)
    assert said.code == 1
    assert "The file cannot be written (No space left on device)." in said.err
    assert seen(mini.root) == before


# --- the process


def test_a_fault_of_our_own_says_so(llmkg, monkeypatch):
    monkeypatch.setattr("llmkg.names.Names.resolve", lambda *_, **__: 1 / 0)
    said = llmkg("show", "llama")
    assert (said.code, said.out) == (70, "")
    assert "ZeroDivisionError" in said.err
    assert said.err.endswith("llmkg: This is a fault of llmkg itself. Please report it with the lines above.\n")


@pytest.mark.parametrize("error", [KeyboardInterrupt, click.Abort])
def test_an_interrupted_command_ends_quietly(llmkg, monkeypatch, error):
    def interrupt(*_, **__):
        raise error

    monkeypatch.setattr("llmkg.names.Names.resolve", interrupt)
    said = llmkg("show", "llama")
    assert (said.code, said.out) == (130, "")
    assert "Traceback" not in said.err


def test_an_argument_that_is_not_utf_8_is_refused(llmkg):
    for arguments in (("show", "\udcff"), ("sparql", "ASK { ?s ?p '\udcff' }"), ("query", "why", "model=\udcff")):
        said = llmkg(*arguments)
        assert (said.code, said.out) == (2, "")
        assert said.err == "Error: An argument is not UTF-8.\n"


def test_a_cache_that_cannot_be_written_is_told_and_done_without(llmkg, monkeypatch, tmp_path):
    (tmp_path / "file").write_text("not a folder")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    said = llmkg("show", "llama", "-f", "json")
    assert said.code == 0
    assert said.data["iri"] == expand("family:llama")
    assert "The cache cannot be written" in said.err


def test_the_folder_may_be_named_by_the_environment_or_found_around(monkeypatch, capsys):
    monkeypatch.setenv("LLMKG_DATA", str(MINI))
    result = CliRunner().invoke(cli, ["show", "gpt-3", "-f", "json"])
    assert result.exit_code == 0
    assert json.loads(result.stdout)["iri"] == expand("family:gpt-3")


def completed(words, **more):
    return {
        item.value: item.help
        for item in BashComplete(cli, {}, "llmkg", "_LLMKG_COMPLETE", **more).get_completions(words[:-1], words[-1])
    }


@pytest.fixture
def in_mini(monkeypatch):
    monkeypatch.setenv("LLMKG_DATA", str(MINI))


@pytest.mark.parametrize("command", ["show", "lineage", "why"])
def test_names_of_models_are_completed(in_mini, command):
    assert completed([command, "llam"]) == {"llama": "LLaMA", "llama-7b": "LLaMA 7B", "llama-13b": "LLaMA 13B"}
    assert set(completed([command, "GPT3"])) == {"gpt-3", "gpt-3-5", "gpt-3-175b"}
    assert {"llama", "palm", "chatgpt"} <= set(completed([command, ""]))
    assert completed([command, "zzz"]) == {}


def test_names_of_another_folder_are_completed():
    assert "alpaca-7b" in completed(["--data", str(MINI), "show", "alp"])
    assert "lineage/why" in completed(["--data", str(MINI), "query", "lineage/w"])


def test_ids_of_questions_are_completed(in_mini):
    found = completed(["query", "techniques/ad"])
    assert list(found) == ["techniques/adopters-of"]
    assert found["techniques/adopters-of"].endswith("?")
    assert completed(["query", "zzz"]) == {}


def test_parameters_and_their_values_are_completed(in_mini):
    assert list(completed(["query", "techniques/adopters-of", ""])) == ["technique=", "since="]
    assert list(completed(["query", "techniques/adopters-of", "technique=swig"])) == ["technique=swiglu"]
    assert completed(["query", "no/such", ""]) == {}


def test_commands_and_forms_are_completed():
    assert set(completed(["s"])) == {"search", "serve", "show", "sparql", "stats"}
    assert set(completed(["show", "llama", "--format", "j"])) == {"json", "jsonld"}


def test_bash_completes_names_as_it_asks(in_mini):
    environment = {"_LLMKG_COMPLETE": "bash_complete", "COMP_WORDS": "llmkg show alpa", "COMP_CWORD": "2"}
    result = CliRunner().invoke(cli, prog_name="llmkg", env=environment)
    assert result.stdout.splitlines() == ["plain,alpaca", "plain,alpaca-7b"]
    source = CliRunner().invoke(cli, prog_name="llmkg", env={"_LLMKG_COMPLETE": "bash_source"})
    assert "_LLMKG_COMPLETE=bash_complete" in source.stdout


def started(*arguments, **more):
    environment = {**os.environ, "LLMKG_DATA": str(MINI), **more.pop("env", {})}
    return subprocess.run([*PYTHON, *arguments], capture_output=True, check=False, env=environment, **more)


def test_a_whole_process(in_mini):
    done = started("show", "LLaMA 模型", "--format", "json")
    assert (done.returncode, done.stderr) == (0, b"")
    assert json.loads(done.stdout)["iri"] == expand("family:llama")
    lost = started("show", "羊驼")
    assert (lost.returncode, lost.stdout) == (4, b"")
    assert "羊驼" in lost.stderr.decode()


def test_showing_does_not_load_what_searching_needs():
    code = "import sys; from llmkg.cli import cli; cli.main(sys.argv[1:], standalone_mode=False); print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code, "--data", str(MINI), "show", "gpt-4"], capture_output=True, text=True, check=True
    )
    loaded = set(done.stdout.splitlines()[-1].split())
    assert "llmkg.entities" in loaded
    assert loaded.isdisjoint({"rapidfuzz", "networkx", "llmkg.checks", "llmkg.lineage", "llmkg.queries"})


def test_a_terminal_that_is_not_utf_8_is_told_so():
    done = started("search", "谷歌", env={"PYTHONIOENCODING": "latin-1", "PYTHONUTF8": "0"})
    assert done.returncode == 1
    assert (
        done.stderr.decode() == "llmkg: This terminal or pipe is not UTF-8 but latin-1. Set PYTHONIOENCODING=utf-8.\n"
    )


def test_a_pipe_that_closes_early_is_no_fault():
    cross = "SELECT ?s ?p ?o { ?s ?p ?o . VALUES ?n { 1 2 3 4 5 6 7 8 9 } }"  # more than a pipe holds
    command = f"{' '.join(PYTHON)} sparql '{cross}' | head -1; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(
        ["bash", "-c", command], capture_output=True, check=False, env={**os.environ, "LLMKG_DATA": str(MINI)}
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, b"s\tp\to\n", b"")


def in_a_shell(command):
    environment = {**os.environ, "LLMKG_DATA": str(MINI)}
    line = command.replace("llmkg", " ".join(PYTHON))
    return subprocess.run(["bash", "-c", line], capture_output=True, text=True, check=False, env=environment)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no such device")
@pytest.mark.parametrize("command", ["query", "sparql 'ASK {}'", "show llama"])
def test_a_full_disk_is_told(command):
    done = in_a_shell(f"llmkg {command} > /dev/full")
    assert done.returncode == 1
    assert done.stderr == (
        "llmkg: output: The answer cannot be written (No space left on device). What is there is not all of it.\n"
    )


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no such device")
@pytest.mark.parametrize(
    ("command", "code"), [("show nobody", 4), ("show", 2), ("query unconfirmed model=llama", 0), ("sparql 'ASK'", 2)]
)
@pytest.mark.parametrize("closed", ["2>/dev/full", "2>&-"])
def test_a_message_that_nobody_hears_changes_nothing(command, code, closed):
    assert in_a_shell(f"llmkg {command} {closed}").returncode == code


@pytest.mark.parametrize(("command", "code"), [("query >&-", 0), ("sparql 'ASK {}' >&-", 0), ("sparql - <&-", 2)])
def test_closed_streams_are_no_fault(command, code):
    done = in_a_shell(f"llmkg {command}")
    assert (done.returncode, "Traceback" in done.stderr) == (code, False)


def test_a_real_terminal_gets_a_table():
    environment = {**os.environ, "LLMKG_DATA": str(MINI), "COLUMNS": "100", "TERM": "xterm"}
    terminal, end = pty.openpty()
    with subprocess.Popen([*PYTHON, "show", "alpaca"], stdout=end, stderr=end, env=environment) as process:
        os.close(end)
        shown = b""
        with contextlib.suppress(OSError):
            while part := os.read(terminal, 65536):
                shown += part
    os.close(terminal)
    assert process.returncode == 0
    lines = shown.decode().splitlines()
    assert lines[0] == "Alpaca  (family, family:alpaca)"
    assert any("─" * 20 in line for line in lines)
    assert all(len(line) <= 100 for line in lines)
