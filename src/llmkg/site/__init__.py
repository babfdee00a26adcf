"""The graph as linked data on the web: pages for people, data for programs, under the addresses that the IRIs name."""

from llmkg.site.building import Published, publish

__all__ = ["Published", "publish"]
