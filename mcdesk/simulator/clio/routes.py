"""The /api/v4 addresses of the pretend Clio: sign-in, limits, lists, one record, creating, changing.
What is stored and found is the other modules' work."""

import re
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from mcdesk.simulator.clio.chosen import chosen, parsed_fields
from mcdesk.simulator.clio.errors import Refusal, error_answer
from mcdesk.simulator.clio.kinds import KINDS, Kind
from mcdesk.simulator.clio.oauth import SignIn, bearer
from mcdesk.simulator.clio.records import Records
from mcdesk.simulator.clio.searching import found

Json = dict[str, object]
Answer = Callable[[Request], Awaitable[tuple[Json, int]]]

_BASE = "/api/v4"
_VERSION = re.compile(r"4\.0\.\d{1,2}")
_USUAL_LIMIT = 50


@dataclass
class Limit:
    """Requests a minute per access token; off unless `per_minute` is set."""

    per_minute: int | None = None
    _used: dict[str, tuple[int, int]] = field(default_factory=dict)  #: token → minute, requests in it

    def take(self, token: str) -> dict[str, str]:
        """Counts one request; the headers for its answer. Raises Refusal 429."""
        minute = int(time.time() // 60)
        allowed = self.per_minute or _USUAL_LIMIT
        began, used = self._used.get(token, (minute, 0))
        used = used + 1 if began == minute else 1
        self._used[token] = (minute, used)
        ends = (minute + 1) * 60
        left = max(0, allowed - used) if self.per_minute else allowed
        headers = {"X-RateLimit-Limit": str(allowed), "X-RateLimit-Remaining": str(left),
                   "X-RateLimit-Reset": str(ends)}  # fmt: skip
        if self.per_minute and used > self.per_minute:
            wait = str(max(1, ends - int(time.time())))
            raise Refusal(429, "Rate limit exceeded.", headers={**headers, "Retry-After": wait})
        return headers


@dataclass
class Routes:
    """All addresses; `on_stored` hears of every record created or changed over the wire."""

    records: Records
    sign_in: SignIn
    limit: Limit
    forbidden: set[str]
    user: Callable[[], Json]
    on_stored: Callable[[Kind, Json, bool], None]

    def all(self) -> list[Route]:
        routes = [Route(f"{_BASE}/users/who_am_i.json", self._guarded(self.who_am_i), methods=["GET"])]
        for kind in KINDS.values():
            many, one = f"{_BASE}/{kind.plural}.json", f"{_BASE}/{kind.plural}/{{id}}.json"
            routes.append(Route(many, self._guarded(self._listing(kind)), methods=["GET"]))
            routes.append(Route(one, self._guarded(self._reading(kind)), methods=["GET"]))
            if kind.writable:
                routes.append(Route(many, self._guarded(self._creating(kind)), methods=["POST"]))
                routes.append(Route(one, self._guarded(self._changing(kind)), methods=["PATCH"]))
        everything = ["GET", "POST", "PUT", "PATCH", "DELETE"]
        return [*routes, Route("/{rest:path}", self._guarded(self.nothing_here), methods=everything)]

    def _guarded(self, answer: Answer) -> Callable[[Request], Awaitable[Response]]:
        async def guarded(request: Request) -> Response:
            headers: dict[str, str] = {}
            try:
                headers = self._admit(request)
                body, status = await answer(request)
            except Refusal as refusal:
                given = error_answer(refusal)
                given.headers.update(headers)
                return given
            return JSONResponse(body, status, headers)

        return guarded

    def _admit(self, request: Request) -> dict[str, str]:
        token = bearer(request)
        if not self.sign_in.admits(token):
            raise Refusal(401, "")
        headers = self.limit.take(token)
        version = request.headers.get("x-api-version")
        if version is not None and not _VERSION.fullmatch(version):
            raise Refusal(410, f"API version {version} is not supported.")
        if (
            request.url.path.removeprefix(_BASE + "/").partition("/")[0].removesuffix(".json")
            in self.forbidden
        ):
            raise Refusal(403, "User is forbidden from taking that action.")
        return headers

    async def who_am_i(self, request: Request) -> tuple[Json, int]:
        return self._shown(request, KINDS["users"], self.user()), 200

    async def nothing_here(self, request: Request) -> tuple[Json, int]:
        raise Refusal(404, "The requested resource was not found.")

    def _listing(self, kind: Kind) -> Answer:
        async def listing(request: Request) -> tuple[Json, int]:
            query = dict(request.query_params)
            matching = found(
                kind, self.records.all(kind.plural), query, ids=request.query_params.getlist("ids[]")
            )
            limit, begin = _limit(query), _begin(query)
            choice = parsed_fields(query.get("fields", ""))
            data = [chosen(record, choice, kind=kind) for record in matching[begin : begin + limit]]
            if not data:
                chosen({}, choice, kind=kind)  # wrong names are refused even when nothing matches
            paging: Json = {}
            if begin + limit < len(matching):
                paging["next"] = _page(request, begin + limit)
            if begin:
                paging["previous"] = _page(request, max(0, begin - limit))
            return {"data": data, "meta": {"paging": paging, "records": len(matching)}}, 200

        return listing

    def _reading(self, kind: Kind) -> Answer:
        async def reading(request: Request) -> tuple[Json, int]:
            return self._shown(request, kind, self._asked_for(request, kind)), 200

        return reading

    def _creating(self, kind: Kind) -> Answer:
        async def creating(request: Request) -> tuple[Json, int]:
            parsed_fields(request.query_params.get("fields", ""))
            record = self.records.create(kind, await _data(request), user=self.user())
            self.on_stored(kind, record, True)
            return self._shown(request, kind, record), 201

        return creating

    def _changing(self, kind: Kind) -> Answer:
        async def changing(request: Request) -> tuple[Json, int]:
            record = self._asked_for(request, kind)
            etag = request.headers.get("if-match")
            if etag is not None and etag != record["etag"]:
                raise Refusal(412, "The record has changed since it was read.")
            self.records.change(kind, record, await _data(request))
            self.on_stored(kind, record, False)
            return self._shown(request, kind, record), 200

        return changing

    def _asked_for(self, request: Request, kind: Kind) -> Json:
        record = self.records.find(kind.plural, request.path_params["id"])
        if record is None:
            raise Refusal(404, f"The {kind.one} was not found.")
        return record

    def _shown(self, request: Request, kind: Kind, record: Json) -> Json:
        return {"data": chosen(record, parsed_fields(request.query_params.get("fields", "")), kind=kind)}


async def _data(request: Request) -> Json:
    try:
        body: object = await request.json()
    except ValueError as error:
        raise Refusal(400, "The body is not JSON.") from error
    data = body.get("data") if isinstance(body, dict) else None
    if not isinstance(data, dict):
        raise Refusal(400, "data is missing")
    return data


def _limit(query: dict[str, str]) -> int:
    written = query.get("limit", "200")
    if not written.isdigit() or not 1 <= int(written) <= 200:
        raise Refusal(400, "limit must be between 1 and 200")
    return int(written)


def _begin(query: dict[str, str]) -> int:
    written = query.get("page_token", "0")
    if not written.isdigit():
        raise Refusal(400, "page_token is not valid")
    return int(written)


def _page(request: Request, begin: int) -> str:
    query = [(k, v) for k, v in request.query_params.multi_items() if k != "page_token"]
    base = str(request.base_url).rstrip("/") + request.url.path
    return f"{base}?{urlencode([*query, ('page_token', str(begin))])}"
