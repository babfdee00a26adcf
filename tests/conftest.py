"""What several tests share."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


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


@pytest.fixture
def mini(tmp_path):
    """A small project of its own, in a folder that a test may change."""
    import shutil

    from llmkg.files import find_project

    shutil.copytree(ROOT / "tests" / "data" / "mini", tmp_path / "mini")
    return find_project(tmp_path / "mini")
