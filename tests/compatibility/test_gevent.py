"""Gunicorn's workers of gevent, which make threads cooperative after we have started ours."""

import signal

import pytest

from compatibility.environments import Unreachable, python
from compatibility.rows import GEVENT
from spansight.demo.provider import Provider
from support.otlp_sink import Sink
from support.processes import environment
from support.serving import GUNICORN, serve

pytestmark = pytest.mark.timeout(900)


@pytest.mark.parametrize("more", [(), ("--preload",)], ids=["plain", "preloaded"])
def test_each_worker_of_gevent_sends_its_own_spans_and_loses_none(more: tuple[str, ...]) -> None:
    try:
        gunicorn = python(GEVENT).parent / "gunicorn"
    except Unreachable as error:
        pytest.skip(f"no package index answers, and {GEVENT.name} is not cached: {error}")
    command = (gunicorn, *GUNICORN, "--worker-class", "gevent", "--workers", "2", *more)
    with Provider(dated=True) as provider, Sink() as sink:
        environ = environment(
            PROVIDER=provider.root,
            OTEL_EXPORTER_OTLP_ENDPOINT=sink.url,
            # Only a flush sends: without one, nothing would have arrived by the end of the test.
            OTEL_BSP_SCHEDULE_DELAY="60000",
            SPANSIGHT_ENABLED="true",
        )
        answered, errors = serve(command, environ, workers=2, stop=signal.SIGTERM)
        spans = list(sink.spans)
    assert "spansight:" not in errors
    assert len({span.span_id for span in spans}) == len(spans) == len(answered)
    assert len({span.resource["service.instance.id"] for span in spans}) == 2
