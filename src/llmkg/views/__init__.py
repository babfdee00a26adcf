"""Views of the graph: tables and networkx graphs, with all that a picture or an export needs of each part."""

__all__: list[str] = []
