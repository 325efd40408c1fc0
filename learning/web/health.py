"""Alive, ready for traffic, and figures for whoever keeps watch."""

import hmac
import ipaddress
import os
from functools import lru_cache
from time import perf_counter

from flask import Response, abort, g, request
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    Histogram,
    generate_latest,
)
from prometheus_client.multiprocess import MultiProcessCollector
from sqlalchemy.exc import SQLAlchemyError

from learning import schema
from learning.web.context import App, database, settings

# Several workers write their figures to files of this folder; whichever is asked adds them up.
SHARED = "PROMETHEUS_MULTIPROC_DIR"
SECONDS = Histogram(
    "learning_request_seconds",
    "Time from the first line read to the answer made, in seconds; its count is that of the requests answered.",
    ("endpoint", "status"),
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 2, 5),
)


def install(app: App) -> None:
    app.add_url_rule("/healthz", "health.alive", alive)
    app.add_url_rule("/readyz", "health.ready", ready)
    app.add_url_rule("/metrics", "health.metrics", metrics)
    app.before_request_funcs.setdefault(None, []).insert(0, _start)
    app.after_request(_count)


def alive() -> Response:
    return Response("ok\n", mimetype="text/plain")


def ready() -> Response:
    """200 when the database answers and its schema is this program's; else 503, and traffic should go elsewhere."""
    try:
        current = schema.current(database())
    except SQLAlchemyError:
        return Response("database unreachable\n", 503, mimetype="text/plain")
    if not current:
        return Response("schema not current: learning database upgrade\n", 503, mimetype="text/plain")
    return Response("ready\n", mimetype="text/plain")


def metrics() -> Response:
    """Prometheus text, for this machine or with the token of the settings; for others it is not there."""
    if not (_here(request.remote_addr) or _knows_token(request.headers.get("Authorization", ""))):
        abort(404)
    registry = REGISTRY
    if SHARED in os.environ:
        registry = CollectorRegistry()
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def _here(address: str | None) -> bool:
    # Behind a proxy on the same machine everybody comes from here: what it forwards for is not this machine.
    return (
        bool(address)
        and ipaddress.ip_address(str(address)).is_loopback
        and "X-Forwarded-For" not in request.headers
    )


def _knows_token(header: str) -> bool:
    token = settings().metrics_token
    return bool(token) and hmac.compare_digest(header.encode(), f"Bearer {token}".encode())


def _start() -> None:
    g.started = perf_counter()


def _count(response: Response) -> Response:
    if (started := g.get("started")) is not None:
        _figure(request.endpoint or "none", response.status_code).observe(perf_counter() - started)
    return response


@lru_cache(maxsize=4096)
def _figure(endpoint: str, status: int) -> Histogram:
    return SECONDS.labels(endpoint, str(status))
