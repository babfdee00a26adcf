"""The examples in the docstrings, run against the installed package."""

from __future__ import annotations

import doctest
import functools
import importlib
import pkgutil

import pytest

import llmkg

MODULES = sorted(
    info.name for info in pkgutil.walk_packages(llmkg.__path__, "llmkg.") if not info.name.endswith("__main__")
)


def examples():
    """Every docstring that has an example, as a doctest."""
    finder = doctest.DocTestFinder(exclude_empty=True)
    for name in ("llmkg", *MODULES):
        for found in finder.find(importlib.import_module(name)):
            if found.examples:
                yield pytest.param(found, id=found.name)


@pytest.fixture(scope="module")
def load_once():
    """Opens the graph like ``llmkg.load``, and only once what several examples open."""
    return functools.cache(llmkg.load)


@pytest.mark.parametrize("example", list(examples()))
def test_example(example, root, monkeypatch, load_once):
    monkeypatch.chdir(root)
    monkeypatch.setattr(llmkg, "load", load_once)
    shown = []
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
    runner.run(example, out=shown.append)
    assert runner.summarize(verbose=False).failed == 0, "".join(shown)
