"""What several tests share."""

from __future__ import annotations

import functools
import importlib
import io
import sys
from pathlib import Path

import pytest
from commands import Said
from hypothesis import settings

ROOT = Path(__file__).parents[1]
MINI = ROOT / "tests" / "data" / "mini"

settings.register_profile("shared", deadline=None)  # how long an example takes is up to who else uses the machine
settings.load_profile("shared")

LIBRARIES = (
    "owlrl:Closure.Core.closure",
    "pyshacl:validate",
    "rdflib:Graph.add",
    "rdflib:Graph.parse",
    "rdflib:Graph.query",
    "rdflib.plugins.sparql:prepareQuery",
    "rdflib.plugins.sparql.algebra:translateQuery",
    "rdflib.plugins.sparql.parser:parseQuery",
    "rdflib.query:Result.bindings",
)
"""Functions in which tests spend minutes, of libraries that never call llmkg."""


def untraced(function):
    """The same function, which what measures coverage does not follow: that takes as long again."""

    @functools.wraps(function)
    def call(*arguments, **more):
        tracer = sys.gettrace()
        sys.settrace(None)
        try:
            return function(*arguments, **more)
        finally:
            sys.settrace(tracer)

    return call


@pytest.fixture(scope="session", autouse=True)
def _libraries_untraced():
    """Coverage is of llmkg, so these libraries need not be followed line by line."""
    with pytest.MonkeyPatch.context() as patch:
        for place in LIBRARIES if sys.gettrace() else ():
            module, _, path = place.partition(":")
            *owners, name = path.split(".")
            owner = functools.reduce(getattr, owners, importlib.import_module(module))
            found = vars(owner)[name]
            if isinstance(found, property):
                patch.setattr(owner, name, property(untraced(found.fget), found.fset))
            else:
                patch.setattr(owner, name, untraced(found))
        yield


@pytest.fixture(scope="session")
def root():
    """The checkout."""
    return ROOT


@pytest.fixture(scope="session")
def project():
    """The project that the checkout holds."""
    from llmkg.files import find_project

    return find_project(ROOT)


@pytest.fixture(scope="session")
def snapshot(project):
    """The project's graph in memory, derived statements included; nobody writes to it."""
    from llmkg.snapshot import build_in_memory

    return build_in_memory(project)


@pytest.fixture(scope="session")
def store(snapshot):
    """What answers SPARQL about the project's graph."""
    return snapshot.store


@pytest.fixture(scope="session")
def kg():
    """The project's graph, opened as in a notebook; nobody writes to it."""
    from llmkg.knowledge import load

    return load(ROOT)


@pytest.fixture(scope="module")
def browser():
    """Debian's chromium, which draws with WebGL on a machine without a graphics card."""
    import shutil

    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        pytest.skip("chromium is not installed (.ci/packages chromium=chromium)")
    from playwright.sync_api import sync_playwright

    flags = ["--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--ignore-gpu-blocklist"]
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=flags)
        yield opened
        opened.close()


@pytest.fixture
def llmkg(monkeypatch, capsys):
    """Runs the command in this process, on the small project unless another is named."""

    from llmkg.cli import main

    def run(*arguments, data=MINI, terminal=False, columns=120, stdin=b""):
        monkeypatch.setattr(sys, "argv", ["llmkg", "--data", str(data), *arguments])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        monkeypatch.setattr(sys.stdout, "isatty", lambda: terminal, raising=False)
        monkeypatch.setenv("COLUMNS", str(columns))
        with pytest.raises(SystemExit) as caught:
            main()
        out, err = capsys.readouterr()
        return Said(caught.value.code or 0, out, err)

    return run


@pytest.fixture
def mini(tmp_path):
    """A small project of its own, in a folder that a test may change."""
    import shutil

    from llmkg.files import find_project

    shutil.copytree(ROOT / "tests" / "data" / "mini", tmp_path / "mini")
    return find_project(tmp_path / "mini")


@pytest.fixture
def tiny(tmp_path):
    """The smallest project that can be opened: one model of one family, one claim, in a folder that a test may change."""
    from llmkg.files import find_project

    root = tmp_path / "tiny"
    for name, text in TINY.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    return find_project(root)


_PREFIXES = """\
@prefix claim: <https://w3id.org/llmkg/id/claim/> .
@prefix family: <https://w3id.org/llmkg/id/family/> .
@prefix llmkg: <https://w3id.org/llmkg/ns/> .
@prefix model: <https://w3id.org/llmkg/id/model/> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix source: <https://w3id.org/llmkg/id/source/> .
@prefix status: <https://w3id.org/llmkg/concept/status/> .
"""
TINY = {
    "ontology/core.ttl": f"""{_PREFIXES}
llmkg:Claim
    llmkg:subjectRole rdf:subject ;
    .

status:stated-by-developer
    llmkg:rank 1 ;
    llmkg:isAccepted true ;
    .
""",
    "ontology/shapes/core.ttl": "<https://w3id.org/llmkg/shapes/a> a <http://www.w3.org/ns/shacl#NodeShape> .\n",
    "graph/families/alpha.ttl": f"""{_PREFIXES}
family:alpha
    a llmkg:ModelFamily ;
    skos:prefLabel "Alpha"@en ;
    skos:prefLabel "阿尔法"@zh ;
    .

model:alpha-7b
    a llmkg:ModelVariant ;
    skos:prefLabel "Alpha 7B"@en ;
    llmkg:isVariantOf family:alpha ;
    .

claim:alpha-7b_parameter-count_doe-2023
    a llmkg:Claim ;
    rdf:subject model:alpha-7b ;
    rdf:predicate llmkg:parameterCount ;
    rdf:object 7000000000 ;
    llmkg:status status:stated-by-developer ;
    llmkg:source source:doe-2023 ;
    llmkg:locator "Table 1" ;
    .
""",
    "queries/entities/example.rq": "#+ summary: Is there anything?\nASK { ?s ?p ?o }\n",
}
"""A project's files by path."""


@pytest.fixture(scope="session")
def project_of(tmp_path_factory):
    """Makes a project of the checkout's ontology and queries and a graph of one's own, prefixes declared."""
    from llmkg.files import find_project
    from llmkg.terms import PREFIXES

    prefixes = "".join(f"@prefix {prefix}: <{base}> .\n" for prefix, base in PREFIXES.items())

    def make(turtle, **more):
        folder = tmp_path_factory.mktemp("project")
        (folder / "graph").mkdir()
        for name in ("ontology", "queries"):
            (folder / name).symlink_to(ROOT / name)
        for name, text in {"graph": turtle, **more}.items():
            (folder / "graph" / f"{name}.ttl").write_text(prefixes + text, encoding="utf-8")
        return find_project(folder)

    return make
