"""A moment after which nobody waits for a server."""

import socket
import threading
import time
from http.client import HTTPException
from urllib.request import Request

import pytest

from llmkg.deadlines import Deadline


@pytest.fixture
def asking():
    """A request to a server that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield Request(f"http://127.0.0.1:{server.getsockname()[1]}/")


def test_a_connection_is_cut_at_the_moment(asking):
    with Deadline(0.2) as deadline, pytest.raises((OSError, HTTPException)):
        deadline.open(asking)
    assert deadline.has_passed()
    assert deadline.left() > -5


def test_a_connection_that_is_made_after_the_moment_is_cut_at_once(asking, monkeypatch):
    monkeypatch.setattr("llmkg.deadlines._SHORTEST", 60)
    with Deadline(0) as deadline:
        time.sleep(0.05)
        begin = time.monotonic()
        with pytest.raises((OSError, HTTPException)):
            deadline.open(asking)
    assert time.monotonic() - begin < 30


def test_nothing_is_left_of_a_deadline_that_was_kept():
    before = threading.active_count()
    with Deadline(float("inf")) as deadline:
        assert not deadline.has_passed()
    deadline._timer.join(5)
    assert threading.active_count() == before
