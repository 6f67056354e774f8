"""The error answers of the pretend Clio: type, sentence, HTTP status.
When they are given is decided elsewhere."""

import json

from starlette.responses import JSONResponse, Response

_TYPES = {
    400: "ArgumentError", 401: "AuthenticationError", 403: "ForbiddenError", 404: "NotFoundError",
    410: "UnsupportedVersion", 412: "PreconditionFailed", 422: "UnprocessableEntityError", 429: "RateLimited",
}  # fmt: skip
_INVALID_TOKEN = {
    "error": "invalid_token",
    "error_description": "The access token provided is expired, revoked, malformed or invalid"
    " for other reasons.",
}


class Refusal(Exception):
    """A request Clio answers with this status and sentence."""

    def __init__(self, status: int, message: str, *, headers: dict[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.headers = headers


def error_answer(refusal: Refusal) -> Response:
    if refusal.status == 401:
        headers = {"WWW-Authenticate": 'Bearer realm="Clio", error="invalid_token"'}
        return JSONResponse(_INVALID_TOKEN, 401, headers)
    return JSONResponse(_shape(refusal.status, str(refusal)), refusal.status, refusal.headers)


def error_body(status: int) -> bytes:
    """The body that goes with a bare HTTP status, for the failure switches."""
    shape: object = _INVALID_TOKEN if status == 401 else _shape(status, "The request could not be processed.")
    return json.dumps(shape).encode()


def _shape(status: int, message: str) -> dict[str, object]:
    kind = _TYPES.get(status, "InternalServerError" if status >= 500 else "ArgumentError")
    return {"error": {"type": kind, "message": message}}
