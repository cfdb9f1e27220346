"""OpenTelemetry's own variables."""

import pytest

from spansight.settings import Settings
from spansight.telemetry import standard


def applied(**environ: str) -> dict[str, str]:
    standard.apply(environ)
    return environ


def test_the_defaults_are_what_a_local_stack_takes() -> None:
    assert applied() == {
        "OTEL_TRACES_EXPORTER": "otlp",
        "OTEL_LOGS_EXPORTER": "otlp",
        "OTEL_EXPORTER_OTLP_PROTOCOL": "http/protobuf",
        "OTEL_BSP_SCHEDULE_DELAY": "1000",
        "OTEL_BLRP_SCHEDULE_DELAY": "1000",
    }


def test_right_values_stay(capsys: pytest.CaptureFixture[str]) -> None:
    right = {
        "OTEL_TRACES_EXPORTER": "otlp, console",
        "OTEL_LOGS_EXPORTER": "none",
        "OTEL_METRICS_EXPORTER": "otlp",
        "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc",
        "OTEL_EXPORTER_OTLP_ENDPOINT": "collector:4317",
        "OTEL_EXPORTER_OTLP_COMPRESSION": "gzip",
        "OTEL_EXPORTER_OTLP_TIMEOUT": "2.5",
        "OTEL_BSP_SCHEDULE_DELAY": "200",
        "OTEL_BLRP_SCHEDULE_DELAY": "300",
        "OTEL_BSP_MAX_QUEUE_SIZE": "10000",
    }
    assert applied(**right) == right
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("value", ["soon", "-1", "0", "inf", "nan"])
def test_a_wrong_optional_value_is_dropped(value: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert "OTEL_EXPORTER_OTLP_TIMEOUT" not in applied(OTEL_EXPORTER_OTLP_TIMEOUT=value)
    assert f"OTEL_EXPORTER_OTLP_TIMEOUT={value!r}: " in capsys.readouterr().err


@pytest.mark.parametrize("stem", ["TIMEOUT", "COMPRESSION"])
def test_what_is_dropped_is_not_handed_on(stem: str) -> None:
    name = f"OTEL_EXPORTER_OTLP_{stem}"
    assert name not in applied(**{name: "wrong"})


def test_a_number_of_thousands_of_digits_is_a_wrong_value(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert applied(OTEL_BSP_SCHEDULE_DELAY="9" * 5000)["OTEL_BSP_SCHEDULE_DELAY"] == "1000"
    assert "expected a whole number from 1 to 2147483647" in capsys.readouterr().err


@pytest.mark.parametrize(
    "url", ["ftp://here", "http://", "http://[::1", "http://here:99999", "http://here:port", "here"]
)
def test_what_is_no_address_is_dropped(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert "OTEL_EXPORTER_OTLP_ENDPOINT" not in applied(OTEL_EXPORTER_OTLP_ENDPOINT=url)
    assert f"OTEL_EXPORTER_OTLP_ENDPOINT={url!r}: expected a URL" in capsys.readouterr().err


@pytest.mark.parametrize(
    "header",
    [
        'authorization="Bearer sk-1"',
        "authorization=sk-1;x",
        "authorization=ключ-sk-1",
        "ключ=sk-1",
        "authorization=Bearer sk-1%0Ax",
    ],
)
def test_a_header_that_cannot_be_sent_is_left_out_and_not_repeated(
    header: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """OpenTelemetry would repeat it, key and all, once for each signal."""
    kept = applied(OTEL_EXPORTER_OTLP_HEADERS=f"tenant=a b,{header}")
    assert kept["OTEL_EXPORTER_OTLP_HEADERS"] == "tenant=a b"
    assert "sk-1" not in capsys.readouterr().err


def test_a_resource_may_be_described_in_any_language() -> None:
    given = "service.namespace=검색,team=A;B"
    assert applied(OTEL_RESOURCE_ATTRIBUTES=given)["OTEL_RESOURCE_ATTRIBUTES"] == given


@pytest.mark.parametrize("sampler", ["traceidratio", "parentbased_traceidratio"])
@pytest.mark.parametrize("share", ["", "x"])
def test_a_sampler_without_a_share_keeps_all_and_is_told_so(sampler: str, share: str) -> None:
    """Untold, the SDK does the same and complains."""
    environ = applied(OTEL_TRACES_SAMPLER=sampler, OTEL_TRACES_SAMPLER_ARG=share)
    assert environ["OTEL_TRACES_SAMPLER_ARG"] == "1.0"


@pytest.mark.parametrize(
    ("ours", "theirs", "captures"),
    [
        (None, None, False),
        ("true", None, True),
        ("false", "span_and_event", False),
        ("true", "no_content", True),
        (None, "span_only", True),
        (None, "no_content", False),
        (None, "true", False),
    ],
)
def test_one_answer_about_content_reaches_every_instrumentor(
    ours: str | None, theirs: str | None, captures: object
) -> None:
    given = {"SPANSIGHT_CAPTURE_CONTENT": ours, standard.CAPTURE_MODE: theirs}
    environ = {name: value for name, value in given.items() if value is not None}
    assert standard.apply_content(Settings.from_env(environ), environ) is captures
    assert environ[standard.CAPTURE_MODE] == ("event_only" if captures else "no_content")
    assert environ["OTEL_INSTRUMENTATION_GENAI_EMIT_EVENT"] == str(captures).lower()
    assert environ["TRACELOOP_TRACE_CONTENT"] == str(captures).lower()
