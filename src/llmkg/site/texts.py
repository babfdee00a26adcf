"""What kinds of thing are called, in English and Chinese."""

from __future__ import annotations

from typing import Final

__all__ = ["KINDS"]

KINDS: Final = {
    "baseline": ("Baselines", "基线"),
    "benchmark": ("Benchmarks", "基准"),
    "claim": ("Claims", "陈述"),
    "dataset": ("Data sets", "数据集"),
    "family": ("Families of models", "模型系列"),
    "hardware": ("Hardware", "硬件"),
    "model": ("Models", "模型"),
    "organization": ("Organisations", "机构"),
    "person": ("People", "人物"),
    "product": ("Products", "产品"),
    "review": ("Second readings", "复核"),
    "software": ("Software", "软件"),
    "source": ("Sources", "来源"),
}
"""What the things of a kind are called together; those of a vocabulary are called as the vocabulary is."""
