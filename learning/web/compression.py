"""Pages are sent compressed: brotli, else gzip, at a quality that costs a millisecond."""

import gzip
from functools import lru_cache
from typing import TYPE_CHECKING

import brotli
from flask import Response, request
from werkzeug.datastructures import Accept, Headers
from werkzeug.http import parse_accept_header

from learning.web.context import App

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

BEST = 11  # brotli's quality: slow, but once
LEAST = 500  # bytes; below, the header costs more than it saves
TYPES = ("text/", "application/json", "application/problem+json", "image/svg+xml", "application/xml")


class Kept(Response):
    """An answer that stays the same for a version, and may take longer to make small."""

    kept = True


class Settled(Response):
    """An answer whose encoding and headers, its length among them, were seen to where it was made."""

    settled = True
    automatically_set_content_length = False

    def get_wsgi_headers(self, environ: "WSGIEnvironment") -> Headers:
        return self.headers if self.status_code == 200 else super().get_wsgi_headers(environ)


def install(app: App) -> None:
    app.after_request(compress)


def compress(response: Response) -> Response:
    if (
        getattr(response, "settled", False)
        or (response.content_length or 0) < LEAST
        or response.status_code in (204, 304)
        or response.direct_passthrough
        or response.is_streamed
        or not (response.mimetype or "").startswith(TYPES)
    ):
        return response
    response.headers.add("Vary", "Accept-Encoding")
    encoding = accepted()
    if encoding and not response.content_encoding:
        squeezed = _once if getattr(response, "kept", False) else squeeze
        response.set_data(squeezed(response.get_data(), encoding))
        response.headers["Content-Encoding"] = encoding
    return response


def accepted() -> str:
    """The best encoding the reader takes: "br", "gzip" or ""."""
    return _best(request.headers.get("Accept-Encoding", ""))


@lru_cache(maxsize=256)
def _best(header: str) -> str:
    offered = parse_accept_header(header, Accept)
    return next((encoding for encoding in ("br", "gzip") if offered[encoding] > 0), "")


@lru_cache(maxsize=8)
def _once(data: bytes, encoding: str) -> bytes:
    return squeeze(data, encoding, quality=BEST)


def squeeze(data: bytes, encoding: str, *, quality: int = 4) -> bytes:
    if encoding == "br":
        return bytes(brotli.compress(data, quality=quality))
    return gzip.compress(data, min(quality, 9), mtime=0)
