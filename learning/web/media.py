"""Recordings on their way to a player: phones ask for them in ranges of bytes, and iPhones play nothing else."""

from flask import Response, request

SOUNDS = {".mp3": "audio/mpeg", ".m4a": "audio/mp4", ".ogg": "audio/ogg", ".opus": "audio/ogg"}


def whole_or_part(data: bytes, kind: str, sha256: str) -> Response:
    """The bytes that were asked for (206), all of them (200), or none where the browser has them (304).

    Raises RequestedRangeNotSatisfiable (416)."""
    response = Response(data, mimetype=kind)
    response.set_etag(sha256)
    response.make_conditional(request, accept_ranges=True, complete_length=len(data))
    return response
