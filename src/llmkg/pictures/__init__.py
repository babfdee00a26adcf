"""Pictures of graph views, as SVG that says where each part comes from.

``canvas`` is the paper and ``text`` measures what is written on it; the other modules each draw one kind of picture.
"""

__all__: list[str] = []
