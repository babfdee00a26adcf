"""What tests of the command look at: what it printed and how it ended."""

from __future__ import annotations

import json


class Said:
    """What a command printed and how it ended."""

    def __init__(self, code, out, err):
        self.code, self.out, self.err = code, out, err

    @property
    def rows(self):
        """The data in a pipe: the head, then the rows."""
        return [line.split("\t") for line in self.out.splitlines()]

    @property
    def data(self):
        return json.loads(self.out)


def fine(said):
    """A command that did what it was asked, without a word beside the data."""
    assert (said.code, said.err) == (0, "")
    return said


def refused(said, code, *words):
    """A command that said in one line what is wrong, and printed no data."""
    assert said.code == code
    assert said.out == ""
    assert said.err.startswith("llmkg: ")
    assert said.err.count("\n") == 1
    assert "Traceback" not in said.err
    for word in words:
        assert word in said.err
    return said
