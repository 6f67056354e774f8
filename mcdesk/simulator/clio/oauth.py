"""Signing in: codes, access tokens that end, refresh tokens, and their addresses.
The consent page agrees by itself; a switch makes it decline."""

import secrets
import time
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from mcdesk.simulator.events import OnEvent

_CODE_SECONDS = 600


@dataclass
class SignIn:
    """The developer app, who may come in, and the tokens given out."""

    client_id: str
    client_secret: str
    on_event: OnEvent
    access_seconds: float = 2_592_000.0
    rotates_refresh: bool = False  #: a refresh gives a new refresh token and ends the old one
    declines: bool = False
    _codes: dict[str, tuple[str, float]] = field(default_factory=dict)  #: code → redirect, until
    _access: dict[str, float] = field(default_factory=dict)  #: token → until
    _refresh: dict[str, set[str]] = field(default_factory=dict)  #: refresh token → its access tokens

    def issue(self, refresh: str | None = None) -> dict[str, object]:
        """A new access token, for a new refresh token unless one is given."""
        refresh = refresh or secrets.token_urlsafe(24)
        access = secrets.token_urlsafe(24)
        self._access[access] = time.monotonic() + self.access_seconds
        self._refresh.setdefault(refresh, set()).add(access)
        return {"token_type": "bearer", "access_token": access, "expires_in": int(self.access_seconds),
                "refresh_token": refresh}  # fmt: skip

    def admits(self, token: str) -> bool:
        return self._access.get(token, 0.0) > time.monotonic()

    def expire_access(self) -> None:
        """Every access token has just ended; refresh tokens still work."""
        self._access.clear()

    def revoke_all(self) -> None:
        """The firm removed the app: nothing works until someone signs in again."""
        self._access.clear()
        self._refresh.clear()

    def routes(self) -> list[Route]:
        return [
            Route("/oauth/authorize", self._authorize, methods=["GET"]),
            Route("/oauth/approval", self._approval, methods=["GET"]),
            Route("/oauth/token", self._token, methods=["POST"]),
            Route("/oauth/deauthorize", self._deauthorize, methods=["POST"]),
        ]

    async def _authorize(self, request: Request) -> Response:
        query = request.query_params
        redirect = query.get("redirect_uri", "")
        if query.get("client_id") != self.client_id or query.get("response_type") != "code":
            return HTMLResponse("<h1>The client is unknown, or response_type is not code.</h1>", 400)
        if not _allowed(redirect, own=str(request.base_url)):
            return HTMLResponse("<h1>The redirect URI is not registered for this application.</h1>", 400)
        state = {"state": query["state"]} if "state" in query else {}
        if self.declines:
            return RedirectResponse(_with(redirect, {"error": "access_denied", **state}), 302)
        code = secrets.token_urlsafe(16)
        self._codes[code] = (redirect, time.monotonic() + _CODE_SECONDS)
        return RedirectResponse(_with(redirect, {"code": code, **state}), 302)

    async def _approval(self, request: Request) -> Response:
        """Where the code is shown to be pasted by hand."""
        return HTMLResponse(f"<title>Success code={request.query_params.get('code', '')}</title>")

    async def _token(self, request: Request) -> Response:
        form = dict(parse_qsl((await request.body()).decode(), keep_blank_values=True))
        known = (form.get("client_id"), form.get("client_secret")) == (self.client_id, self.client_secret)
        if not known:
            return _refused("invalid_client", "Client authentication failed.", 401)
        match form.get("grant_type"):
            case "authorization_code":
                return self._for_code(form)
            case "refresh_token":
                return self._for_refresh(form.get("refresh_token", ""))
            case _:
                return _refused("unsupported_grant_type", "The grant type is not supported.", 400)

    def _for_code(self, form: dict[str, str]) -> Response:
        redirect, until = self._codes.pop(form.get("code", ""), ("", 0.0))
        if until < time.monotonic() or redirect != form.get("redirect_uri"):
            return _invalid_grant()
        self.on_event("signed-in", "The office signed in to Clio")
        return JSONResponse(self.issue())

    def _for_refresh(self, refresh: str) -> Response:
        if refresh not in self._refresh:
            return _invalid_grant()
        if not self.rotates_refresh:
            return JSONResponse(self.issue(refresh))
        del self._refresh[refresh]
        return JSONResponse(self.issue())

    async def _deauthorize(self, request: Request) -> Response:
        token = bearer(request)
        if not self.admits(token):
            return _refused("invalid_token", "The access token is unknown.", 401)
        owner = next((refresh for refresh, given in self._refresh.items() if token in given), None)
        for given in self._refresh.pop(owner, set()) if owner else {token}:
            self._access.pop(given, None)
        return JSONResponse({})


def bearer(request: Request) -> str:
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" else ""


def _allowed(redirect: str, *, own: str) -> bool:
    """Loopback by address, or this company's own page; the name localhost is turned down."""
    parts = urlsplit(redirect)
    return parts.hostname == "127.0.0.1" and (parts.port is not None or redirect.startswith(own))


def _with(redirect: str, query: dict[str, str]) -> str:
    return redirect + ("&" if "?" in redirect else "?") + urlencode(query)


def _invalid_grant() -> Response:
    words = "The provided authorization grant is invalid, expired, revoked, does not match the redirection" \
        " URI used in the authorization request, or was issued to another client."  # fmt: skip
    return _refused("invalid_grant", words, 400)


def _refused(error: str, description: str, status: int) -> Response:
    return JSONResponse({"error": error, "error_description": description}, status)
