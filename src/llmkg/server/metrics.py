"""What a server counts, as Prometheus reads it.

Counting is part of every request, so it is plain arithmetic; Prometheus's own objects are made when somebody looks.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from itertools import accumulate
from typing import TYPE_CHECKING, Final

from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from prometheus_client.registry import Collector

from llmkg.server.workers import Counts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prometheus_client import Metric

    from llmkg.server.workers import Workers

__all__ = ["Metrics"]

_METHODS: Final = frozenset({"GET", "HEAD", "POST", "OPTIONS"})
_BUCKETS: Final = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0)


class Metrics:
    """What happened since a server started.

    Attributes:
        counts: What happened to the workers.
        remembered: How many replies were known already.

    >>> metrics = Metrics()
    >>> metrics.note("GET", "sparql", 200, 0.002)
    """

    def __init__(self) -> None:
        self.counts = Counts()
        self.remembered = 0
        self._requests: Counter[tuple[str, str, int]] = Counter()
        self._times: dict[str, list[int]] = {}
        self._seconds: dict[str, float] = {}

    def note(self, method: str, part: str, status: int, seconds: float) -> None:
        """Count a request.

        Args:
            method: Its method.
            part: The part of the server that it asked.
            status: The status of the reply.
            seconds: Seconds that it took.
        """
        self._requests[method if method in _METHODS else "other", part, status] += 1
        if part not in self._times:
            self._times[part] = [0] * (len(_BUCKETS) + 1)
            self._seconds[part] = 0.0
        self._times[part][bisect_left(_BUCKETS, seconds)] += 1
        self._seconds[part] += seconds

    def text(self, workers: Workers) -> tuple[str, bytes]:
        """The media type and the text that Prometheus reads.

        Args:
            workers: Who answers now.
        """
        registry = CollectorRegistry()
        registry.register(_Told(list(self._families(workers))))
        return CONTENT_TYPE_PLAIN_0_0_4, generate_latest(registry)

    def _families(self, workers: Workers) -> Iterator[Metric]:
        requests = CounterMetricFamily("llmkg_requests", "Requests answered.", labels=("method", "part", "status"))
        for (method, part, status), count in sorted(self._requests.items()):
            requests.add_metric((method, part, str(status)), count)
        yield requests
        times = HistogramMetricFamily("llmkg_request_seconds", "Seconds from a request to its reply.", labels=("part",))
        for part, counts in sorted(self._times.items()):
            bounds = (*map(str, _BUCKETS), "+Inf")
            times.add_metric((part,), list(zip(bounds, accumulate(counts), strict=True)), self._seconds[part])
        yield times
        yield CounterMetricFamily("llmkg_remembered", "Replies that were known already.", value=self.remembered)
        yield GaugeMetricFamily("llmkg_workers", "Workers that there are.", value=workers.alive)
        yield GaugeMetricFamily("llmkg_workers_busy", "Workers that answer now.", value=workers.busy)
        yield GaugeMetricFamily("llmkg_waiting", "Requests that wait for a worker.", value=workers.waiting_in_all)
        ended = CounterMetricFamily("llmkg_workers_ended", "Workers that ended, by how.", labels=("how",))
        ended.add_metric(("killed at the time limit",), self.counts.killed)
        ended.add_metric(("died",), self.counts.died)
        yield ended
        yield CounterMetricFamily("llmkg_refused", "Requests refused with 429.", value=self.counts.refused)


class _Told(Collector):
    """Metrics as they are now, for a registry."""

    def __init__(self, families: list[Metric]) -> None:
        self._families = families

    def collect(self) -> list[Metric]:
        return self._families
