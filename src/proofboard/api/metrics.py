"""The figures of a server as OpenMetrics 1.0 text."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import accumulate
from typing import Final

from proofboard import __version__
from proofboard.api.counting import BOUNDS_SECONDS, Counts, Durations
from proofboard.app.board.figures import Figures, figures
from proofboard.app.service.instance import Instance

MEDIA_TYPE: Final = "application/openmetrics-text; version=1.0.0; charset=utf-8"

Samples = Iterable[tuple[Mapping[str, str], int]]


def metrics_text(instance: Instance, counts: Counts, listening: int, answered: Mapping[int, int]) -> str:
    """Write everything; `answered` counts documents of publications by status."""
    lines = [*_of_requests(counts, answered), *_of_server(figures(instance), listening)]
    return "\n".join([*lines, "# EOF", ""])


def _of_requests(counts: Counts, answered: Mapping[int, int]) -> Iterator[str]:
    yield from _family("proofboard_build", "info", "The software.", [({"version": __version__}, 1)])
    requests = [
        ({"method": method, "route": route, "status": str(status)}, count)
        for (method, route, status), count in sorted(counts.requests.items())
    ]
    yield from _family("proofboard_requests", "counter", "Requests by route and status.", requests)
    documents = [({"status": str(status)}, count) for status, count in sorted(answered.items())]
    yield from _family("proofboard_documents", "counter", "Published documents that were answered.", documents)
    yield "# TYPE proofboard_request_seconds histogram"
    yield "# UNIT proofboard_request_seconds seconds"
    yield "# HELP proofboard_request_seconds How long requests took."
    for route, own in sorted(counts.durations.items()):
        yield from _histogram(route, own)


def _histogram(route: str, own: Durations) -> Iterator[str]:
    name = f'proofboard_request_seconds_bucket{{route="{_escaped(route)}"'
    for bound, below in zip([*map(str, BOUNDS_SECONDS), "+Inf"], accumulate(own.buckets), strict=True):
        yield f'{name},le="{bound}"}} {below}'
    yield f'proofboard_request_seconds_count{{route="{_escaped(route)}"}} {sum(own.buckets)}'
    yield f'proofboard_request_seconds_sum{{route="{_escaped(route)}"}} {own.seconds:.6f}'


def _of_server(found: Figures, listening: int) -> Iterator[str]:
    jobs = [({"queue": queue, "state": state}, count) for (queue, state), count in sorted(found.jobs.items())]
    yield from _family("proofboard_jobs", "gauge", "Jobs by queue and state.", jobs)
    states = [({"state": state}, count) for state, count in sorted(found.submissions.items())]
    yield from _family("proofboard_submissions", "gauge", "Submissions by state.", states)
    made = [({"benchmark": name}, count) for name, count in sorted(found.publications.items())]
    yield from _family("proofboard_publications", "counter", "Publications by benchmark.", made)
    yield from _family("proofboard_workers", "gauge", "Workers that gave a sign of life lately.", [({}, found.workers)])
    yield from _family("proofboard_events", "counter", "Events since the beginning.", [({}, found.events)])
    yield from _family("proofboard_event_readers", "gauge", "Readers that listen to events.", [({}, listening)])


_SUFFIXES: Final = {"counter": "_total", "gauge": "", "info": "_info"}


def _family(name: str, kind: str, help_text: str, samples: Samples) -> Iterator[str]:
    yield f"# TYPE {name} {kind}"
    yield f"# HELP {name} {help_text}"
    for labels, value in samples:
        written = ",".join(f'{label}="{_escaped(text)}"' for label, text in labels.items())
        yield f"{name}{_SUFFIXES[kind]}{f'{{{written}}}' if written else ''} {value}"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
