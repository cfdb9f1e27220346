"""The gRPC receiver, with raw bytes as messages."""

from importlib import import_module
from typing import Any, Final

from faults.calls import Signal
from faults.sender import ANSWER_WITHIN_S, Answer, Post

_grpc: Final[Any] = import_module("grpc")  # without types of its own
_METHODS: Final[dict[Signal, str]] = {
    "traces": "/opentelemetry.proto.collector.trace.v1.TraceService/Export",
    "logs": "/opentelemetry.proto.collector.logs.v1.LogsService/Export",
}
_AS_HTTP: Final = {
    "UNAVAILABLE": 503,
    "RESOURCE_EXHAUSTED": 429,
    "DEADLINE_EXCEEDED": 504,
    "ABORTED": 503,
    "CANCELLED": 503,
}
"""What OTLP lets a sender repeat; an SDK drops on any other refusal."""


def over_grpc(port: int) -> Post:
    """Return what calls the gRPC receiver, and tells its answer as HTTP would."""
    channel = _grpc.insecure_channel(f"127.0.0.1:{port}", [("grpc.max_reconnect_backoff_ms", 500)])
    exports = {signal: channel.unary_unary(method) for signal, method in _METHODS.items()}

    def post(signal: Signal, body: bytes) -> Answer:
        try:
            exports[signal](body, timeout=ANSWER_WITHIN_S)
        except _grpc.RpcError as error:
            return _AS_HTTP.get(error.code().name, 400)
        return 200

    return post
