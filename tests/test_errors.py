"""The exceptions: what they say, what they end the command with, and that they survive the way to another process."""

from __future__ import annotations

import pickle
import re

import pytest

import llmkg.errors as module
from llmkg.errors import (
    AmbiguousNameError,
    EndpointError,
    LlmkgError,
    NotFoundError,
    ParameterError,
    QueryError,
    QuerySyntaxError,
    QueryTimeoutError,
    ReadError,
    StoreError,
    UnknownQueryError,
)

CLASSES = [getattr(module, name) for name in module.__all__]


@pytest.mark.parametrize(
    ("where", "hint", "said"),
    [
        ("", "", "It broke."),
        ("a.ttl:3", "", "a.ttl:3: It broke."),
        ("", "Mend it.", "It broke. Mend it."),
        ("a.ttl:3", "Mend it.", "a.ttl:3: It broke. Mend it."),
    ],
)
def test_error_says_where_what_and_what_to_do_on_one_line(where, hint, said):
    error = LlmkgError("It broke.", where=where, hint=hint)
    assert str(error) == said
    assert (error.what, error.where, error.hint) == ("It broke.", where, hint)


def test_one_root_catches_all():
    assert CLASSES
    assert all(issubclass(class_, LlmkgError) for class_ in CLASSES)


def test_tree_is_the_one_that_the_docstring_draws():
    drawn = [
        (len(line) - len(line.lstrip(" │├└─")), line.lstrip(" │├└─").split()[0])
        for line in re.findall(r"^    .*$", module.__doc__ or "", re.MULTILINE)
    ]
    parents = []
    assert {name for _, name in drawn} == set(module.__all__)
    for indent, name in drawn:
        parents = [(depth, class_) for depth, class_ in parents if depth < indent]
        class_ = getattr(module, name)
        assert class_.__bases__ == ((parents[-1][1],) if parents else (Exception,))
        parents.append((indent, class_))


@pytest.mark.parametrize(
    ("class_", "code"),
    [
        (LlmkgError, 1),
        (ReadError, 1),
        (StoreError, 1),
        (EndpointError, 1),
        (QueryError, 2),
        (ParameterError, 2),
        (QuerySyntaxError, 2),
        (AmbiguousNameError, 3),
        (NotFoundError, 4),
        (UnknownQueryError, 4),
        (QueryTimeoutError, 5),
    ],
)
def test_exit_code(class_, code):
    assert class_.exit_code == code


def test_every_class_has_its_exit_code_tested():
    (mark,) = (mark for mark in test_exit_code.pytestmark if mark.name == "parametrize")
    assert {class_ for class_, _ in mark.args[1]} == set(CLASSES)


def test_ambiguous_name_keeps_its_candidates():
    error = AmbiguousNameError("Two.", candidates=("https://a", "https://b"), hint="Choose.")
    assert error.candidates == ("https://a", "https://b")
    assert str(error) == "Two. Choose."
    assert AmbiguousNameError("Two.").candidates == ()


@pytest.mark.parametrize("class_", CLASSES)
def test_error_is_the_same_in_another_process(class_):
    error = class_("It broke.", hint="Mend it.")
    error.where = "a.ttl:3"
    copy = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes
    assert type(copy) is class_
    assert copy.__dict__ == error.__dict__
    assert str(copy) == "a.ttl:3: It broke. Mend it."
