"""Prometheus metrics of all workers together.

Each worker writes its counts into files of a folder that they share; whoever serves /metrics adds them up.
"""

import os
from collections import defaultdict
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest, start_http_server
from prometheus_client.multiprocess import MultiProcessCollector

FOLDER_VARIABLE: Final = "PROMETHEUS_MULTIPROC_DIR"
CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"

_LABELS: Final = ("face", "method", "route", "status")
_BUCKETS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)

Key = tuple[str, str, str, int]


class RequestTimes:
    """How long requests took.

    Kept in memory and handed on once a second: a request must not pay for locks and shared files.
    """

    def __init__(self) -> None:
        registry = CollectorRegistry()
        self._seconds = Histogram(
            "orderloom_request_seconds", "Time to answer.", _LABELS, buckets=_BUCKETS, registry=registry
        )
        self._failures = Counter("orderloom_failures", "Answers with a 5xx.", _LABELS, registry=registry)
        self._waiting: dict[Key, list[float]] = defaultdict(list)

    def note(self, key: Key, seconds: float) -> None:
        """Take down one request."""
        self._waiting[key].append(seconds)

    def flush(self) -> None:
        """Hand on what was taken down."""
        waiting, self._waiting = self._waiting, defaultdict(list)
        for (face, method, route, status), times in waiting.items():
            labels = (face, method, route, str(status))
            histogram = self._seconds.labels(*labels)
            for seconds in times:
                histogram.observe(seconds)
            if status >= 500:
                self._failures.labels(*labels).inc(len(times))


def page() -> bytes:
    """The metrics of all workers in Prometheus' text format."""
    return generate_latest(_registry())


def serve(port: int) -> None:
    """Serve /metrics on this port of the local machine, from a thread."""
    start_http_server(port, addr="127.0.0.1", registry=_registry())


def _registry() -> CollectorRegistry:
    registry = CollectorRegistry()
    MultiProcessCollector(registry, path=os.environ[FOLDER_VARIABLE])  # type: ignore[no-untyped-call]
    return registry
