"""The saved questions as pages and as data."""

import html5lib
import pyoxigraph as px
import pytest

from llmkg.knowledge import KnowledgeGraph, load
from llmkg.site.questions import TOPICS, Questions
from llmkg.site.sections import Setting

BASE = "https://example.org/kg/"
ADOPTERS = "query/techniques/adopters-of"
FORMATS = {"ttl": px.RdfFormat.TURTLE, "nt": px.RdfFormat.N_TRIPLES, "rdf": px.RdfFormat.RDF_XML}
FORMATS["jsonld"] = px.RdfFormat.JSON_LD


@pytest.fixture(scope="module")
def graph(project, snapshot):
    return KnowledgeGraph(project, snapshot)


@pytest.fixture(scope="module")
def questions(graph):
    return Questions(Setting(graph, BASE))


def text_of(questions, path):
    return questions.render(path).decode()


def links(page):
    tree = html5lib.parse(page, namespaceHTMLElements=False)
    return {element.get("href") for element in tree.iter("a")}


def test_every_question_has_its_pages_data_and_text(graph, questions):
    paths = list(questions.paths())
    assert paths[2:] == sorted(paths[2:], key=lambda path: path.partition(".")[0])
    assert len(set(paths)) == len(paths)
    for id_ in graph.catalogue.ids:
        endings = {"html", "zh.html", "ttl", "jsonld", "nt", "rdf", "rq"}
        assert {f"query/{id_}.{ending}" for ending in endings} <= set(paths)
        assert text_of(questions, f"query/{id_}.rq") == graph.catalogue.text(id_)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_pages_are_html_and_answer_what_they_ask(graph, questions, lang):
    ending = "zh.html" if lang == "zh" else "html"
    for question in graph.catalogue:
        page = text_of(questions, f"query/{question.id}.{ending}")
        html5lib.HTMLParser(strict=True).parse(page)
        if "expects-empty" not in question.tags:
            assert "<td>" in page.partition("<h2>SPARQL")[0], question.id


def test_a_page_has_the_question_its_parameters_its_text_and_sources(questions):
    page = text_of(questions, f"{ADOPTERS}.html")
    assert "<h1>Who took up a technique, and from whom?</h1>" in page
    assert 'name="value.technique" value="technique:pre-normalization"' in page
    assert "PREFIX technique: &lt;https" in page
    found = links(page)
    assert "../../id/family/gpt-2.html" in found
    assert any(link.startswith("../../id/source/") for link in found)
    assert any(link.startswith("../../id/claim/") for link in found)
    assert "sparql.html#question=techniques/adopters-of&value.technique=technique%3Apre-normalization" in "".join(found)


def test_a_page_has_the_first_twenty_rows_and_says_how_many_there_are(graph, questions):
    total = len(graph.query("techniques/adopters-of", technique="technique:pre-normalization"))
    page = text_of(questions, f"{ADOPTERS}.html")
    assert total > 20
    assert f"{total} rows in all, of which these are the first 20." in page
    assert page.partition('id="answer"')[2].partition("</table>")[0].count("<tr><td>") == 20


def test_a_page_in_chinese_leads_to_pages_in_chinese(graph, questions):
    page = text_of(questions, f"{ADOPTERS}.zh.html")
    assert "<h1>哪些模型采用了某项技术，分别借自谁？</h1>" in page
    assert "../../id/family/gpt-2.zh.html" in links(page)
    assert graph.names.entry("https://w3id.org/llmkg/concept/technique/pre-normalization").zh in page


def test_the_form_asks_the_server_where_there_is_one(graph):
    page = text_of(Questions(Setting(graph, BASE, live=True)), f"{ADOPTERS}.zh.html")
    assert 'action="../../queries/techniques/adopters-of.html"' in page
    assert 'name="technique"' in page
    assert 'name="lang" value="zh"' in page


@pytest.mark.parametrize("ending", FORMATS)
def test_a_question_as_data_is_the_question(graph, questions, ending):
    for question in graph.catalogue:
        store = px.Store()
        store.load(questions.render(f"query/{question.id}.{ending}"), format=FORMATS[ending])
        rows = store.query(
            "PREFIX sh: <http://www.w3.org/ns/shacl#> SELECT ?text (COUNT(?parameter) AS ?n) "
            f"{{ <https://w3id.org/llmkg/query/{question.id}> a sh:SPARQLExecutable ; sh:select|sh:ask|sh:construct ?text "
            "OPTIONAL { ?q sh:parameter ?parameter } } GROUP BY ?text"
        )
        assert [(row[0].value, int(row[1].value)) for row in rows] == [(question.text, len(question.parameters))]


def test_the_index_lists_what_people_ask_by_topic(graph, questions):
    for lang, ending in (("en", ".html"), ("zh", ".zh.html")):
        page = text_of(questions, f"query/index{ending}")
        html5lib.HTMLParser(strict=True).parse(page)
        listed = {link.removesuffix(ending) for link in links(page)}
        for question in graph.catalogue:
            assert (question.id in listed) == ("internal" not in question.tags)
            assert "internal" in question.tags or TOPICS[question.id.partition("/")[0]][lang == "zh"] in page


def test_what_is_no_question_is_not_of_the_section(questions):
    for path in ("query/lineage/nothing.html", "query/lineage/why", "query/why.ttl", "queries/lineage/why.ttl", "x.rq"):
        assert questions.render(path) is None


def test_names_are_text(mini):
    file = mini.root / "graph" / "families" / "llama.ttl"
    text = file.read_text(encoding="utf-8").replace('skos:prefLabel "LLaMA"@en', 'skos:prefLabel "<img src=x>"@en')
    file.write_text(text, encoding="utf-8")
    page = text_of(Questions(Setting(load(mini.root), BASE)), "query/entities/variants-of.html")
    assert "&lt;img src=x&gt;" in page
    assert "<img" not in page
