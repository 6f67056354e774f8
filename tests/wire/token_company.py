"""A company one signs in to: its authorize address agrees, its token address rotates refresh tokens.

Must not: hold tests.
"""

import asyncio
import base64
import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from mcdesk.ports.provider import Tokens
from mcdesk.simulator.server import PretendServer
from mcdesk.wire.oauth import App, OAuth
from tests.wire.token_rows import Row, RowStore

HOUR = timedelta(hours=1)


class Company:
    """A token address: every refresh token is good once, like those of companies that rotate."""

    def __init__(self) -> None:
        self.good = {"refresh-0"}
        self.asked: list[dict[str, str]] = []
        self.challenge: str | None = None
        self.answer: dict[str, object] | str | None = None
        self.app = Starlette(
            routes=[Route("/authorize", self.authorize), Route("/token", self.token, methods=["POST"])]
        )

    async def authorize(self, request: Request) -> Response:
        asked = request.query_params
        self.challenge = asked.get("code_challenge")
        return RedirectResponse(f"{asked['redirect_uri']}?code=good-code&state={asked['state']}")

    async def token(self, request: Request) -> Response:
        form = dict(parse_qsl((await request.body()).decode(), keep_blank_values=True))
        self.asked.append(form)
        await asyncio.sleep(0.05)
        if isinstance(self.answer, str):
            return PlainTextResponse(self.answer)
        if self.answer is not None:
            return JSONResponse(self.answer)
        if form.get("client_secret") != "our-secret":
            return JSONResponse({"error": "invalid_client"}, 401)
        if form["grant_type"] == "refresh_token":
            if form["refresh_token"] not in self.good:
                return JSONResponse({"error": "invalid_grant"}, 400)
            self.good.remove(form["refresh_token"])
        elif form["code"] != "good-code" or not self.verified(form):
            return JSONResponse({"error": "invalid_grant"}, 400)
        turn = len(self.asked)
        self.good.add(f"refresh-{turn}")
        return JSONResponse(
            {
                "access_token": f"access-{turn}",
                "refresh_token": f"refresh-{turn}",
                "token_type": "bearer",
                "expires_in": 3600,
            }
        )

    def verified(self, form: dict[str, str]) -> bool:
        if self.challenge is None:
            return True
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == self.challenge


@dataclass
class Place:
    """One pretend company, its server and the token row."""

    company: Company
    server: PretendServer
    row: Row

    def oauth(self, *, secret: str = "our-secret", pkce: bool = True, stored: bool = True) -> OAuth:
        app = App(
            company="Acme",
            connection="acme",
            client_id="our-id",
            client_secret=secret,
            authorize_url=f"{self.server.url}/authorize",
            token_url=f"{self.server.url}/token",
            pkce=pkce,
        )
        return OAuth(app, RowStore(self.row) if stored else None)

    def expired(self) -> Tokens:
        """Stores tokens that ran out."""
        self.row.tokens = Tokens(access="old", refresh="refresh-0", expires_at=datetime.now(UTC) - HOUR)
        return self.row.tokens
