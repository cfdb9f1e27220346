"""The context on its way between services, as W3C baggage: to hosts of one's own, and no others.

The standard propagator cannot tell a neighbour from a model's provider.  This one stands in its
place and asks the span of the request where it goes.
"""

import re
from ipaddress import ip_address
from typing import TYPE_CHECKING, Final
from urllib.parse import quote_plus, urlsplit

from opentelemetry import baggage, propagate, trace
from opentelemetry.baggage.propagation import W3CBaggagePropagator
from opentelemetry.context import Context, create_key, get_current, get_value, set_value
from opentelemetry.propagators import textmap
from opentelemetry.propagators.composite import CompositePropagator

from spansight.conventions import environment
from spansight.settings import Settings, say, wrong
from spansight.telemetry.context import CARRIED, accepted, carried, carrying
from spansight.telemetry.guard import Guard

if TYPE_CHECKING:
    from collections.abc import Mapping

_URLS: Final = ("url.full", "http.url")
_ADDRESSES: Final = ("server.address", "net.peer.name", "net.peer.ip")
"""Where the span of an outgoing request says its host: current conventions first."""

_PRIVATE_SUFFIXES: Final = (".local", ".localhost", ".internal", ".lan", ".home.arpa", ".svc")

_NAME: Final = re.compile(r"\*?[\w.-]*\w|[0-9a-f]*:[0-9a-f:.]*")
"""A name or an address; with a scheme or a port it would never be that of a request."""

_ROOM: Final = 4096
"""Characters of the header that are ours: servers refuse requests whose headers pass 8 KiB."""

_OWN: Final = create_key("spansight-own-service")


class Hosts:
    """The hosts that belong to the user."""

    def __init__(self, listed: str) -> None:
        """Read SPANSIGHT_BAGGAGE_HOSTS, with a line for each name that no host can have."""
        said = filter(None, (name.strip().lower() for name in listed.split(",")))
        names = {name.removeprefix("*") for name in said if _is_name(name)}
        self._private: Final = "private" in names
        self._names: Final = frozenset(names - {"private", "none"})
        self._suffixes: Final = tuple(name for name in self._names if name.startswith("."))

    def __contains__(self, host: str) -> bool:
        host = host.lower().rstrip(".")
        if host in self._names or host.endswith(self._suffixes):
            return True
        return self._private and _is_private(host)


class SharedContext(W3CBaggagePropagator):
    """Baggage as ever, except that what `spansight.context` says is let in and out by rule."""

    def __init__(self, settings: Settings) -> None:
        """Take the rules."""
        self._hosts: Final = Hosts(settings.baggage_hosts)
        self._accepts: Final = settings.accepts_baggage

    def extract(
        self,
        carrier: textmap.CarrierT,
        context: Context | None = None,
        getter: textmap.Getter[textmap.CarrierT] = textmap.default_getter,
    ) -> Context:
        """Take the known names out of the baggage, so that they leave by our rule only."""
        extracted = super().extract(carrier, context, getter)
        with Guard("context of a request"):
            told = baggage.get_all(extracted)
            ours = {key: value for key, value in told.items() if key in CARRIED}
            for key in ours:
                extracted = baggage.remove_baggage(key, extracted)
            if ours and self._accepts:
                extracted = carrying(accepted(ours), extracted)
        return extracted

    def inject(
        self,
        carrier: textmap.CarrierT,
        context: Context | None = None,
        setter: textmap.Setter[textmap.CarrierT] = textmap.default_setter,
    ) -> None:
        """Add what is carried if the request goes to a host of the user's."""
        with Guard("context for a request"):
            context = get_current() if context is None else context
            if carried(context) and self._reaches_own(context):
                for key, value in _fitting(carried(context)).items():
                    context = baggage.set_baggage(key, value, context)
        super().inject(carrier, context, setter)

    def _reaches_own(self, context: Context) -> bool:
        if get_value(_OWN, context):
            return True
        host = _destination(trace.get_current_span(context))
        return host is not None and host in self._hosts


def share(settings: Settings) -> None:
    """Stand in for the standard baggage propagator, now and whenever another is set."""
    ours = SharedContext(settings)
    set_textmap = propagate.set_global_textmap

    def replacement(http_text_format: textmap.TextMapPropagator) -> None:
        set_textmap(_replaced(http_text_format, ours))

    replacement(propagate.get_global_textmap())
    propagate.set_global_textmap = replacement


def own_headers() -> dict[str, str]:
    """Return the headers that take trace and context to a service of one's own, whatever its host.

    For messages and for clients that no instrumentation knows; OpenTelemetry's
    `opentelemetry.propagate.extract` reads them on the other side.
    """
    headers: dict[str, str] = {}
    propagate.inject(headers, set_value(_OWN, True))
    return headers


def _replaced(
    propagator: textmap.TextMapPropagator, ours: textmap.TextMapPropagator
) -> textmap.TextMapPropagator:
    if isinstance(propagator, CompositePropagator):
        parts = propagator._propagators  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - it does not tell
        return CompositePropagator([_replaced(part, ours) for part in parts])
    return ours if isinstance(propagator, W3CBaggagePropagator) else propagator


def _is_name(name: str) -> bool:
    if _NAME.fullmatch(name):
        return True
    wrong(
        environment.BAGGAGE_HOSTS.name,
        name,
        "a host such as search.example.com, a suffix such as .example.com, private or none",
        "no host of that name",
    )
    return False


def _destination(span: trace.Span) -> str | None:
    """Return the host that the current span's request goes to, None where nobody says."""
    if getattr(span, "kind", None) not in (trace.SpanKind.CLIENT, trace.SpanKind.PRODUCER):
        return None
    said: Mapping[str, object] = getattr(span, "attributes", None) or {}
    for name in _URLS:
        if isinstance(url := said.get(name), str):
            return urlsplit(url).hostname
    addresses = (said.get(name) for name in _ADDRESSES)
    return next((address for address in addresses if isinstance(address, str)), None)


def _is_private(host: str) -> bool:
    try:
        address = ip_address(host)
    except ValueError:
        return "." not in host or host.endswith(_PRIVATE_SUFFIXES)
    return address.is_private or address.is_loopback or address.is_link_local


def _fitting(values: dict[str, str]) -> dict[str, str]:
    """Return what there is room for, in the order of their importance."""
    fitting: dict[str, str] = {}
    room = _ROOM
    for key in CARRIED:
        if value := values.get(key):
            room -= len(key) + len(quote_plus(value)) + 2
            if room < 0:
                say(f"context: no room for {key} among the headers of a request; it stays behind")
                break
            fitting[key] = value
    return fitting
