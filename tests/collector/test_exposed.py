"""Beyond this machine: TLS and a token for everything, and the token says whose it is."""

import re
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import grpc
import pytest
import requests
from google.protobuf.message import Message
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)

from collector import otlp
from collector.certificates import Certificate, self_signed
from collector.process import FOLDER, Collector, arguments, environment, eventually, process, store
from spansight.conventions import attributes
from spansight.stack import binaries, files
from spansight.stack.ports import Ports

pytestmark = pytest.mark.stack

EXPOSED: Final = str(FOLDER / "exposed.yaml")
TOKEN: Final = "b7e2-the-token-of-support"
SEARCH_TOKEN: Final = "90aa-the-token-of-search"
PROMPT: Final = "the prompt that nobody else may read"
CALL: Final[otlp.Attributes] = {
    "gen_ai.operation.name": "chat",
    "gen_ai.provider.name": "openai",
    "gen_ai.request.model": "gpt-4o",
    "gen_ai.usage.input_tokens": 10,
    "gen_ai.usage.output_tokens": 5,
}
CLAIMED: Final[otlp.Attributes] = {"spansight.team": "finance", "team": "finance"}


@dataclass(frozen=True, slots=True)
class Exposed:
    """A Collector that listens beyond this machine, and how to reach it."""

    collector: Collector
    certificate: Certificate
    folder: Path
    search: int
    """The port of the second team."""

    def post(
        self, request: Message, headers: Mapping[str, str], *, port: int | None = None
    ) -> requests.Response:
        """Post an OTLP request with these headers."""
        signal = "traces" if isinstance(request, ExportTraceServiceRequest) else "logs"
        return requests.post(
            f"https://127.0.0.1:{port or self.collector.ports.otlp_http}/v1/{signal}",
            data=request.SerializeToString(),
            headers={"content-type": "application/x-protobuf", **headers},
            verify=str(self.certificate.certificate),
            timeout=10,
        )

    def call(self, request: ExportTraceServiceRequest, *metadata: tuple[str, str]) -> None:
        """Send the same by gRPC."""
        credentials = grpc.ssl_channel_credentials(self.certificate.certificate.read_bytes())
        with grpc.secure_channel(f"localhost:{self.collector.ports.otlp_grpc}", credentials) as way:
            _export(way, request, metadata)


def _export(
    way: grpc.Channel,
    request: ExportTraceServiceRequest,
    metadata: tuple[tuple[str, str], ...] = (),
) -> None:
    export = way.unary_unary(
        "/opentelemetry.proto.collector.trace.v1.TraceService/Export",
        request_serializer=ExportTraceServiceRequest.SerializeToString,
        response_deserializer=ExportTraceServiceResponse.FromString,
    )
    export(request, metadata=metadata, timeout=10)


def second_team(folder: Path) -> Path:
    """Write the file that the page shows for one more team."""
    page = (files.root() / "docs" / "exposing-the-collector.md").read_text("utf-8")
    (shown,) = re.findall(r"^```yaml\n(.*?)^```$", page, re.DOTALL | re.MULTILINE)
    path = folder / "search.yaml"
    path.write_text(shown)
    return path


@pytest.fixture(scope="module")
def exposed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Exposed]:
    """Run it, with one token."""
    folder = tmp_path_factory.mktemp("exposed")
    certificate = self_signed(folder)
    (folder / "tokens").write_text(f"{TOKEN} of the team support\n")
    with pytest.MonkeyPatch.context() as patch, store() as behind:
        patch.setenv("SPANSIGHT_TOKEN_FILE", str(folder / "tokens"))
        patch.setenv("SPANSIGHT_TOKEN_TEAM", "support")
        patch.setenv("SPANSIGHT_TLS_CERT", str(certificate.certificate))
        patch.setenv("SPANSIGHT_TLS_KEY", str(certificate.key))
        (folder / "search").write_text(SEARCH_TOKEN)
        patch.setenv("SEARCH_TOKEN_FILE", str(folder / "search"))
        search = Ports.free().otlp_http
        patch.setenv("SEARCH_ENDPOINT", f"127.0.0.1:{search}")
        overlays = (EXPOSED, str(second_team(folder)))
        with process(folder, behind.url, *overlays) as (ports, _, log):
            yield Exposed(Collector(ports, behind, log), certificate, folder, search)


def bearer(token: str = TOKEN) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


def spans_of(service: str, more: otlp.Attributes | None = None) -> ExportTraceServiceRequest:
    return otlp.traces([otlp.span("chat", {**CALL, **(more or {})})], {"service.name": service})


@pytest.mark.parametrize(
    "headers",
    [
        {},
        bearer("another"),
        bearer(""),
        {"authorization": TOKEN},
        {"authorization": f"Basic {TOKEN}"},
        {"x-scope-orgid": "search"},
    ],
    ids=["none", "wrong", "empty", "no scheme", "another scheme", "a tenant"],
)
def test_who_has_no_token_is_refused(exposed: Exposed, headers: Mapping[str, str]) -> None:
    assert exposed.post(spans_of("refused"), headers).status_code == 401
    assert not exposed.collector.resources("refused")


@pytest.mark.parametrize("metadata", [(), (("authorization", "Bearer another"),)])
def test_who_has_no_token_is_refused_by_grpc(
    exposed: Exposed, metadata: tuple[tuple[str, str], ...]
) -> None:
    with pytest.raises(grpc.RpcError) as refused:
        exposed.call(spans_of("refused"), *metadata)
    assert refused.value.code() == grpc.StatusCode.UNAUTHENTICATED


def test_nothing_is_taken_in_clear(exposed: Exposed) -> None:
    ports = exposed.collector.ports
    answer = requests.post(
        f"http://127.0.0.1:{ports.otlp_http}/v1/traces",
        data=spans_of("clear").SerializeToString(),
        headers={"content-type": "application/x-protobuf", **bearer()},
        timeout=10,
    )
    assert answer.status_code == 400
    with (
        grpc.insecure_channel(f"127.0.0.1:{ports.otlp_grpc}") as way,
        pytest.raises(grpc.RpcError) as refused,
    ):
        _export(way, spans_of("clear"), (("authorization", f"Bearer {TOKEN}"),))
    assert refused.value.code() == grpc.StatusCode.UNAVAILABLE
    assert not exposed.collector.resources("clear")


def test_the_token_says_which_team_it_is(exposed: Exposed) -> None:
    claimed = otlp.traces(
        [otlp.span("chat", {**CALL, **CLAIMED, "metadata.user_api_key_team_alias": "finance"})],
        {"service.name": "claims", "team": "finance"},
    )
    headers = {**bearer(), "x-scope-orgid": "finance", "x-team": "finance"}
    assert exposed.post(claimed, headers).status_code == 200
    exposed.call(spans_of("claims", CLAIMED), ("authorization", f"Bearer {TOKEN}"))
    for span in exposed.collector.spans("claims", 2):
        assert otlp.plain(span.attributes)[attributes.TEAM] == "support"
    for kept in exposed.collector.resources("claims"):
        assert otlp.plain(kept.resource.attributes)["team"] == "support"

    def is_counted() -> None:
        lines = [
            line
            for line in exposed.collector.exposition().splitlines()
            if line.startswith("llm_request_total{") and 'service="claims"' in line
        ]
        assert lines
        assert all('team="support"' in line for line in lines)
        assert sum(float(line.partition("} ")[2].split()[0]) for line in lines) == 2

    eventually(is_counted)


def test_the_token_says_whose_events_they_are(exposed: Exposed) -> None:
    request = otlp.logs(
        [otlp.record("gen_ai.evaluation.result", {"gen_ai.evaluation.name": "tone", **CLAIMED})],
        {"service.name": "judged", "team": "finance"},
    )
    assert exposed.post(request, bearer()).status_code == 200
    (record,) = exposed.collector.records("judged", 1)
    assert otlp.plain(record.attributes)[attributes.TEAM] == "support"


def test_no_page_of_another_origin_may_send(exposed: Exposed) -> None:
    url = f"https://127.0.0.1:{exposed.collector.ports.otlp_http}/v1/traces"
    asked = {"origin": "https://example.com", "access-control-request-method": "POST"}
    verify = str(exposed.certificate.certificate)
    before = requests.options(url, headers=asked, verify=verify, timeout=10)
    after = exposed.post(spans_of("page"), {**bearer(), **asked})
    for answer in (before, after):
        assert not [name for name in answer.headers if name.lower().startswith("access-control")]


def test_what_is_too_large_is_refused(exposed: Exposed) -> None:
    large = spans_of("large", {"padding": "x" * 21_000_000})
    assert exposed.post(large, bearer()).status_code == 400
    with pytest.raises(grpc.RpcError) as refused:
        exposed.call(large, ("authorization", f"Bearer {TOKEN}"))
    assert refused.value.code() == grpc.StatusCode.RESOURCE_EXHAUSTED


def test_each_team_has_its_own_token_and_port(exposed: Exposed) -> None:
    """As the page shows it."""
    ours, theirs = bearer(), bearer(SEARCH_TOKEN)
    assert exposed.post(spans_of("two teams"), theirs).status_code == 401
    assert exposed.post(spans_of("two teams"), ours, port=exposed.search).status_code == 401
    sent = exposed.post(spans_of("two teams", CLAIMED), theirs, port=exposed.search)
    assert sent.status_code == 200
    (span,) = exposed.collector.spans("two teams", 1)
    assert otlp.plain(span.attributes)[attributes.TEAM] == "search"
    (kept,) = exposed.collector.resources("two teams")
    assert otlp.plain(kept.resource.attributes)["team"] == "search"


@pytest.mark.parametrize(
    "more",
    [{f"key.{number:03}": "x" for number in range(200)}, {"padding": "x" * 300_000}],
    ids=["many", "long"],
)
def test_attributes_are_bounded_and_say_so(
    exposed: Exposed, more: otlp.Attributes, request: pytest.FixtureRequest
) -> None:
    service = f"bounded {request.node.callspec.id}"
    sent = otlp.traces([otlp.span("chat " * 100, {**CALL, **more})], {"service.name": service})
    assert exposed.post(sent, bearer()).status_code == 200
    (span,) = exposed.collector.spans(service, 1)
    kept = otlp.plain(span.attributes)
    assert kept[attributes.ATTRIBUTES_CUT] is True
    assert kept[attributes.OPERATION_NAME] == "chat"
    assert len(kept) < 140
    assert span.ByteSize() < 10_000
    assert span.name.endswith("[cut]")
    assert len(span.name) <= 255


def test_what_is_usual_is_not_cut(exposed: Exposed) -> None:
    usual: otlp.Attributes = {f"key.{number}": "x" * 1000 for number in range(100)}
    assert exposed.post(spans_of("usual", usual), bearer()).status_code == 200
    (span,) = exposed.collector.spans("usual", 1)
    kept = otlp.plain(span.attributes)
    assert attributes.ATTRIBUTES_CUT not in kept
    assert all(kept[key] == text for key, text in usual.items())


def test_a_request_leaves_no_secret_in_the_log(exposed: Exposed) -> None:
    """Whatever becomes of it."""
    said = otlp.logs(
        [otlp.record("gen_ai.client.inference.operation.details", {}, PROMPT)],
        {"service.name": "secret"},
    )
    assert exposed.post(said, bearer()).status_code == 200
    exposed.post(said, bearer("a-token-that-is-wrong"))
    exposed.post(spans_of("secret", {"padding": PROMPT * 600_000}), bearer())
    requests.post(
        f"https://127.0.0.1:{exposed.collector.ports.otlp_http}/v1/logs",
        data=PROMPT.encode() + b"\xff",
        headers={"content-type": "application/x-protobuf", **bearer()},
        verify=str(exposed.certificate.certificate),
        timeout=10,
    )
    exposed.collector.records("secret", 1)
    log = exposed.collector.log.read_text()
    assert not [secret for secret in (TOKEN, "a-token-that-is-wrong", PROMPT) if secret in log]


def test_what_waits_in_the_queue_waits_without_its_token(exposed: Exposed, tmp_path: Path) -> None:
    """The variables are those of the one that runs already."""
    unreachable = f"http://127.0.0.1:{Ports.free().tempo_otlp}"
    with process(tmp_path, unreachable, EXPOSED) as (ports, _, log), store() as unused:
        waiting = replace(exposed, collector=Collector(ports, unused, log))
        assert waiting.post(spans_of("waits"), bearer()).status_code == 200
        queue = tmp_path / "queue"
        stored = b"".join(file.read_bytes() for file in queue.iterdir())
    assert b"waits" in stored
    assert TOKEN.encode() not in stored
    assert queue.stat().st_mode & 0o777 == 0o700


def test_a_changed_token_is_taken_without_a_restart(exposed: Exposed) -> None:
    tokens = exposed.folder / "tokens"
    tokens.write_text(f"{TOKEN} of the team support\nnext-token while both are valid\n")

    def is_taken() -> None:
        assert exposed.post(spans_of("next"), bearer("next-token")).status_code == 200

    eventually(is_taken)
    assert exposed.post(spans_of("next"), bearer()).status_code == 200


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("SPANSIGHT_TOKEN_FILE", None, "set SPANSIGHT_TOKEN_FILE to"),
        ("SPANSIGHT_TOKEN_FILE", "", "no bearer token provided"),
        ("SPANSIGHT_TOKEN_FILE", "/no/file", "/no/file"),
        ("SPANSIGHT_TOKEN_TEAM", None, "set SPANSIGHT_TOKEN_TEAM"),
        ("SPANSIGHT_TLS_CERT", None, "set SPANSIGHT_TLS_CERT to"),
        ("SPANSIGHT_TLS_CERT", "", "must include both certificate and key"),
        ("SPANSIGHT_TLS_KEY", None, "set SPANSIGHT_TLS_KEY to"),
        ("SPANSIGHT_TLS_KEY", "", "must include both certificate and key"),
    ],
)
def test_it_does_not_start_half_open(
    tmp_path: Path, variable: str, value: str | None, said: str
) -> None:
    certificate = self_signed(tmp_path)
    (tmp_path / "tokens").write_text(TOKEN)
    given = environment(Ports.free(), "http://127.0.0.1:1", tmp_path) | {
        "SPANSIGHT_TOKEN_FILE": str(tmp_path / "tokens"),
        "SPANSIGHT_TOKEN_TEAM": "search",
        "SPANSIGHT_TLS_CERT": str(certificate.certificate),
        "SPANSIGHT_TLS_KEY": str(certificate.key),
    }
    del given[variable]
    if value is not None:
        given[variable] = value
    ended = subprocess.run(
        [binaries.find("collector"), *arguments(EXPOSED)],
        env=given,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 1
    assert said in ended.stderr.partition("Error: ")[2]
