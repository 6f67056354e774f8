"""What the simulator's tests stand on: a loop per test, an office address that answers hooks, clients.
The product takes no part here; these tests are about the pretend companies alone."""

import asyncio
from collections.abc import Callable, Coroutine
from functools import wraps
from typing import ParamSpec

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from mcdesk.simulator import PretendClio, PretendTwilio
from mcdesk.simulator.server import PretendServer

P = ParamSpec("P")

LINE = "+14155550100"
CALLER = "+14155550142"


def played(story: Callable[P, Coroutine[object, object, None]]) -> Callable[P, None]:
    """Turns a coroutine test into one pytest runs, with a loop of its own and a time limit."""

    @wraps(story)
    def test(*args: P.args, **named: P.kwargs) -> None:
        asyncio.run(asyncio.wait_for(story(*args, **named), 20))

    return test


class OfficeAddress:
    """Where hooks go in these tests; says `twiml[path]`, or nothing, and records every form."""

    def __init__(self) -> None:
        self.twiml: dict[str, str] = {}
        routes = [Route("/{rest:path}", self._answer, methods=["POST"])]
        self.server = PretendServer(Starlette(routes=routes), port=0, error_body=lambda status: b"")

    async def _answer(self, request: Request) -> Response:
        body = self.twiml.get(request.url.path, "<Response/>")
        return Response(body, media_type="text/xml")

    def forms(self, path: str) -> list[dict[str, str]]:
        return [request.form for request in self.server.recorder.requests(path=path)]

    def url(self, path: str) -> str:
        return self.server.url + path

    async def __aenter__(self) -> "OfficeAddress":
        await self.server.start()
        return self

    async def __aexit__(self, *how: object) -> None:
        await self.server.stop()


def twilio_client(twilio: PretendTwilio, *, password: str | None = None) -> httpx.AsyncClient:
    account = twilio.account
    secret = account.auth_token if password is None else password
    base = f"{twilio.url}/2010-04-01/Accounts/{account.sid}"
    return httpx.AsyncClient(base_url=base, auth=(account.sid, secret), trust_env=False)


def clio_client(clio: PretendClio, token: object = None) -> httpx.AsyncClient:
    headers = {"Authorization": f"Bearer {token or clio.issue_token()['access_token']}"}
    return httpx.AsyncClient(base_url=f"{clio.url}/api/v4", headers=headers, trust_env=False)


async def until(so: Callable[[], bool], seconds: float = 5.0) -> None:
    """Waits for something to become so."""
    async with asyncio.timeout(seconds):
        while not so():  # noqa: ASYNC110 - what is waited for knows no events
            await asyncio.sleep(0.005)
