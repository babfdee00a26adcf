"""All sections of a site, in one list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmkg.site.assets import Assets
from llmkg.site.browsing import Browsing
from llmkg.site.changes import Changes
from llmkg.site.console import Console
from llmkg.site.discovery import Discovery
from llmkg.site.dumps import Dumps
from llmkg.site.exploring import Exploring
from llmkg.site.hosts import Hosts
from llmkg.site.moves import Moves
from llmkg.site.ontology import Ontology
from llmkg.site.portraits import Portraits
from llmkg.site.questions import Questions
from llmkg.site.statements import Statements
from llmkg.site.things import Things

if TYPE_CHECKING:
    from llmkg.site.sections import Section, Setting

__all__ = ["sections_of"]


def sections_of(setting: Setting) -> tuple[Section, ...]:
    """The sections of a site. Where two have a path, it is of the first.

    Args:
        setting: What they have in common.

    >>> import llmkg
    >>> from llmkg.site.sections import Setting
    >>> sections = sections_of(Setting(llmkg.load()))
    >>> pages = [section.render("id/family/palm.html") for section in sections]
    >>> [b"Where sources differ" in one for one in pages if one is not None]
    [True]
    """
    statements = Statements(setting.graph.snapshot.store.engine)
    portraits = Portraits(setting, statements)
    dumps = Dumps(setting)
    sections: tuple[Section, ...] = (
        Moves(setting),
        Ontology(setting),
        Things(setting, statements, portraits),
        Browsing(setting, statements),
        portraits,
        Questions(setting),
        Assets(),
        Console(setting, dumps.render),
        Exploring(setting),
        Hosts(setting),
        Changes(setting),
        dumps,
    )
    return (*sections, Discovery(setting, dumps, sections))
