"""The statuses that a claim may have to be shown."""

from __future__ import annotations

import pytest

from llmkg.errors import NotFoundError, ParameterError
from llmkg.terms import expand


@pytest.fixture(scope="module")
def graph(kg):
    return kg


def chosen(graph, *wanted, **more):
    return graph.statuses(wanted, **more)


def test_by_default_the_policy_decides(graph):
    assert chosen(graph) == {
        expand(f"status:{name}")
        for name in ("stated-by-developer", "measured-by-third-party", "reported-by-secondary-source")
    }


def test_statuses_are_named_in_either_language(graph):
    assert chosen(graph, "estimated", "据称") == {expand("status:estimated"), expand("status:alleged")}


def test_all_is_all(graph):
    assert chosen(graph, all_claims=True) is None


def test_a_question_about_claims_of_any_status_has_all(graph):
    assert chosen(graph, question=graph.catalogue["provenance/unconfirmed"]) is None
    assert chosen(graph, "refuted", question=graph.catalogue["provenance/unconfirmed"]) == {expand("status:refuted")}
    assert chosen(graph, question=graph.catalogue["lineage/descendants"]) == chosen(graph)


def test_all_and_some_contradict_each_other(graph):
    with pytest.raises(ParameterError, match="All claims are wanted"):
        chosen(graph, "estimated", all_claims=True)


def test_what_is_no_status_is_told(graph):
    with pytest.raises(NotFoundError, match="of kind status"):
        chosen(graph, "sure")


def test_rows_without_a_status_cannot_be_chosen_by_it(graph):
    with pytest.raises(ParameterError, match="have no status"):
        chosen(graph, "estimated", question=graph.catalogue["entities/counts"])


def test_rows_of_other_statuses_are_counted(graph):
    everything = graph.query("lineage/products", all_claims=True)
    preferred = graph.query("lineage/products")
    assert preferred.left_out > 0
    assert len(preferred) + preferred.left_out == len(everything)
    assert {record["status"].rpartition("/")[2] for record in preferred} <= {
        "stated-by-developer",
        "measured-by-third-party",
        "reported-by-secondary-source",
    }
    assert "another status" in " ".join(preferred.notices())


def test_only_the_wanted_status_is_shown(graph):
    answer = graph.query("training/compute", least="0", statuses=["estimated"])
    assert {record["status"] for record in answer} == {expand("status:estimated")}
