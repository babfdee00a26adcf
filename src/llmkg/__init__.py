"""llmkg: the knowledge graph of large language and vision-language models.

Every statement says who said it, where, and how sure it is.

>>> import llmkg
>>> graph = llmkg.load()
>>> graph.names.resolve("Llama").iri
'https://w3id.org/llmkg/id/family/llama'
"""

from llmkg.errors import LlmkgError
from llmkg.knowledge import KnowledgeGraph, load

__all__ = ["KnowledgeGraph", "LlmkgError", "load"]
