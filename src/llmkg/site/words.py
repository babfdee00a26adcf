"""What pages say of their own, in English and Chinese, and what they call the terms of other people's vocabularies."""

from __future__ import annotations

from typing import Final

from llmkg.terms import PREFIXES

__all__ = ["KINDS", "ROLES", "SCHEMA_TYPES", "STATUS_LOOKS", "TERMS"]

KINDS: Final = {
    "family": ("Model families", "模型系列"),
    "model": ("Model variants", "模型变体"),
    "product": ("Products", "产品"),
    "organization": ("Organisations", "机构"),
    "person": ("People", "人物"),
    "dataset": ("Data sets", "数据集"),
    "benchmark": ("Benchmarks", "基准测试"),
    "baseline": ("Baselines", "比较基线"),
    "hardware": ("Hardware", "硬件"),
    "software": ("Software", "软件"),
    "source": ("Sources", "来源"),
    "claim": ("Claims", "陈述"),
    "review": ("Reviews", "复核"),
}
"""The kinds of entity in the order in which people look for them, in the plural."""

TERMS: Final = {
    f"{PREFIXES[prefix]}{name}": words
    for prefix, found in {
        "rdf": {
            "type": ("kind", "类别"),
            "subject": ("about", "关于"),
            "predicate": ("property", "属性"),
            "object": ("value", "值"),
        },
        "rdfs": {
            "isDefinedBy": ("module", "所属模块"),
            "domain": ("domain", "定义域"),
            "range": ("range", "值域"),
            "subClassOf": ("subclass of", "父类"),
            "subPropertyOf": ("subproperty of", "父属性"),
        },
        "skos": {
            "prefLabel": ("name", "名称"),
            "altLabel": ("also called", "又名"),
            "definition": ("definition", "定义"),
            "editorialNote": ("editor's note", "编者注"),
            "notation": ("notation", "记号"),
            "inScheme": ("vocabulary", "词表"),
            "broader": ("broader", "上位概念"),
            "related": ("related", "相关"),
            "exactMatch": ("the same as", "等同于"),
            "closeMatch": ("nearly the same as", "近似于"),
            "broadMatch": ("narrower than", "窄于"),
            "narrowMatch": ("broader than", "宽于"),
            "relatedMatch": ("related to", "相关于"),
        },
        "dcterms": {
            "title": ("title", "标题"),
            "issued": ("published", "发表日期"),
            "language": ("language", "语言"),
            "license": ("licence", "许可证"),
        },
        "owl": {
            "Class": ("Class", "类"),
            "ObjectProperty": ("Property with things as values", "对象属性"),
            "DatatypeProperty": ("Property with literals as values", "数据属性"),
            "FunctionalProperty": ("Property with one value", "函数属性"),
            "AsymmetricProperty": ("Asymmetric property", "非对称属性"),
            "SymmetricProperty": ("Symmetric property", "对称属性"),
            "TransitiveProperty": ("Transitive property", "传递属性"),
            "IrreflexiveProperty": ("Irreflexive property", "反自反属性"),
            "Ontology": ("Module of the ontology", "本体模块"),
            "disjointWith": ("disjoint with", "不相交于"),
            "imports": ("imports", "导入"),
            "inverseOf": ("inverse of", "逆属性"),
            "versionIRI": ("version", "版本"),
            "versionInfo": ("version number", "版本号"),
        },
    }.items()
    for name, words in found.items()
} | {
    f"{PREFIXES['skos']}Concept": ("Concept", "概念"),
    f"{PREFIXES['skos']}ConceptScheme": ("Vocabulary", "词表"),
}
"""What people call a term of another vocabulary, by IRI."""

ROLES: Final = {
    f"{PREFIXES['skos']}broader": ("Narrower concepts", "下位概念"),
    f"{PREFIXES['skos']}inScheme": ("Its concepts", "所含概念"),
    f"{PREFIXES['llmkg']}isVariantOf": ("Variants", "变体"),
    f"{PREFIXES['llmkg']}isCheckpointOf": ("Checkpoints", "检查点"),
    f"{PREFIXES['llmkg']}source": ("What it says", "该来源的陈述"),
    f"{PREFIXES['llmkg']}publishedBy": ("What it published", "其发表的来源"),
    f"{PREFIXES['llmkg']}contradicts": ("Contradicted by", "与之矛盾的陈述"),
    f"{PREFIXES['rdfs']}subClassOf": ("Subclasses", "子类"),
    f"{PREFIXES['rdfs']}isDefinedBy": ("What it defines", "所定义的术语"),
    f"{PREFIXES['rdfs']}domain": ("Properties that begin here", "以此为定义域的属性"),
    f"{PREFIXES['rdfs']}range": ("Properties that end here", "以此为值域的属性"),
    f"{PREFIXES['rdf']}object": ("Where it is the value", "以它为值的陈述"),
    f"{PREFIXES['rdf']}predicate": ("Claims of this property", "使用此属性的陈述"),
    f"{PREFIXES['rdf']}type": ("Things of this kind", "此类事物"),
}
"""What a list is called of the things that have another as a value, by property."""

STATUS_LOOKS: Final = {"sure": "sure", "reported": "sure", "unsure": "doubt", "disputed": "doubt", "denied": "wrong"}
"""How a status looks, by how sure it is."""

SCHEMA_TYPES: Final = {
    "family": "CreativeWork",
    "model": "CreativeWork",
    "product": "Product",
    "organization": "Organization",
    "person": "Person",
    "dataset": "Dataset",
    "hardware": "Product",
    "software": "SoftwareSourceCode",
    "source": "CreativeWork",
    "claim": "Claim",
    "review": "Review",
    "benchmark": "CreativeWork",
    "term": "DefinedTerm",
}
"""The class of schema.org that comes nearest to each kind."""
