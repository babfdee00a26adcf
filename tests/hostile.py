"""Texts that would run, or become markup, if a page took them for more than text; and a graph made of them."""

from __future__ import annotations

import json

TEXTS = [
    "<script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    '"><script>alert(1)</script>',
    "'><img src=x onerror=alert(1)>",
    '" onmouseover="alert(1)',
    "' autofocus onfocus='alert(1)",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "<!--<script>alert(1)</script>-->",
    "]]><script>alert(1)</script>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<style>*{background:url(javascript:alert(1))}</style>",
    "<base href=//evil.example/>",
    "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
    "{{ 7*7 }}{% raw %}${7*7}",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "\u2028alert(1)\u2029",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
]


def turtle():
    """A graph in which every place of a text, and some of an IRI, holds one of them."""
    texts = [json.dumps(text, ensure_ascii=False) for text in TEXTS]
    blocks = []
    for number, text in enumerate(texts):
        blocks.append(f"""
family:h{number} a llmkg:ModelFamily ; skos:prefLabel {text}@en ; skos:altLabel {text}@zh ; skos:definition {text}@en ;
    skos:editorialNote {text}@en ; llmkg:asWritten {text} .
org:o{number} a llmkg:Organization ; skos:prefLabel {text}@en .
source:s{number} a llmkg:Source ; skos:prefLabel {text}@en ; dcterms:title {text} ; llmkg:authorNames {text} ;
    llmkg:sourceKind sourcekind:paper ; llmkg:url {text}^^xsd:anyURI ; llmkg:arxivId {text} .
claim:c{number} a llmkg:Claim ; rdf:subject family:h{number} ; rdf:predicate llmkg:finding ; rdf:object {text}@en ;
    llmkg:status status:stated-by-developer ; llmkg:source source:s{number} ; llmkg:locator {text} ;
    llmkg:readIn {text}^^xsd:anyURI ; skos:editorialNote {text}@en .
claim:d{number} a llmkg:Claim ; rdf:subject family:h{number} ; rdf:predicate llmkg:developedBy ; rdf:object org:o{number} ;
    llmkg:status status:stated-by-developer ; llmkg:source source:s{number} ; llmkg:locator {text} .
claim:e{number} a llmkg:Derivation ; rdf:subject family:h{number} ; rdf:predicate llmkg:isFineTunedFrom ;
    rdf:object family:h{(number + 1) % len(texts)} ; llmkg:status status:stated-by-developer ;
    llmkg:source source:s{number} ; llmkg:locator {text} .
""")
    blocks.append("""
<https://w3id.org/llmkg/id/family/x'onload=alert(1)> a llmkg:ModelFamily ; skos:prefLabel "x"@en .
family:h0 skos:exactMatch <javascript:alert(1)>, <https://example.org/'onclick=alert(1)//> ; rdfs:seeAlso <data:text/html,x> .
""")
    return "".join(blocks)
