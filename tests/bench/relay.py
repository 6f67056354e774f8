"""The least that texts back and keeps its word while all goes well: the yardstick, in a process of its own.

Must not: import the program under test, or become better than it is: it forgets what fails.
"""

import argparse
import asyncio
import json
import sqlite3
from urllib.parse import parse_qsl

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from twilio.request_validator import RequestValidator

from tests.bench import calls

#: Texts on the wire at once. Fewer than mcdesk has: httpx alone gets slower the more it is given.
AT_ONCE = 24
BODY = "Rivera & Cole: Sorry we missed your call. Text a good time. Reply STOP to opt out, HELP for help."


class Relay:
    """Signature, row, answer, request."""

    def __init__(self, database: str, provider: str) -> None:
        self._database = sqlite3.connect(database, isolation_level=None)
        for pragma in ("journal_mode=WAL", "synchronous=FULL"):
            self._database.execute(f"PRAGMA {pragma}")
        self._database.execute("CREATE TABLE hooks (call TEXT PRIMARY KEY, body BLOB)")
        self._validator = RequestValidator(calls.TOKEN)
        self._client = httpx.AsyncClient(auth=(calls.ACCOUNT, calls.TOKEN))
        self._messages = f"{provider}/2010-04-01/Accounts/{calls.ACCOUNT}/Messages.json"
        self._places = asyncio.Semaphore(AT_ONCE)
        self.url = ""

    async def take(self, request: Request) -> Response:
        body = await request.body()
        form = dict(parse_qsl(body.decode()))
        if not self._validator.validate(self.url, form, request.headers.get("x-twilio-signature", "")):
            return Response(status_code=403)
        key = form.get("MessageSid", "") + form.get("MessageStatus", "") or form["CallSid"]
        self._database.execute("BEGIN IMMEDIATE")
        new = self._database.execute("INSERT OR IGNORE INTO hooks VALUES (?, ?)", (key, body)).rowcount
        self._database.execute("COMMIT")
        answer = Response("<Response/>", media_type="text/xml")
        if new and "DialCallStatus" in form:
            answer.background = BackgroundTask(self._text, form["From"])
        return answer

    async def _text(self, to: str) -> None:
        form = {"To": to, "From": calls.LINE, "Body": BODY, "StatusCallback": self.url}
        async with self._places:
            try:
                await self._client.post(self._messages, data=form)
            except httpx.HTTPError:
                return


async def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--provider", required=True)
    arguments.add_argument("--database", required=True)
    given = arguments.parse_args()
    relay = Relay(given.database, given.provider)
    path = f"/hooks/{calls.SECRET}"
    app = Starlette(routes=[Route(path, relay.take, methods=["POST"])])
    config = uvicorn.Config(
        app, host="127.0.0.1", port=0, http="h11", ws="none", lifespan="off", log_config=None,
        access_log=False, backlog=2048,
    )  # fmt: skip
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
        await asyncio.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    relay.url = f"http://127.0.0.1:{port}{path}"
    print(json.dumps({"ready": True, "hook": relay.url}), flush=True)
    await serving


if __name__ == "__main__":
    asyncio.run(main())
