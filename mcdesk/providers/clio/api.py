"""Signed-in requests to Clio: fresh tokens, the allowance, pages, and Clio's errors in words.

Must not: know what a contact or a task is.
"""

from collections.abc import AsyncIterator, Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from mcdesk.ports.provider import BadLogin, Busy, ProviderError, Refused, Unreachable, Unsure
from mcdesk.providers.clio.allowance import Allowance
from mcdesk.wire.client import Answer, Client
from mcdesk.wire.oauth import OAuth

ROOT = "/api/v4/"
#: The most Clio gives at once.
PAGE = "200"

Record = Mapping[str, object]


class Api:
    """Clio's API v4 with one sign-in. Paths are relative to its root and end in .json."""

    def __init__(self, host: str, *, oauth: OAuth) -> None:
        self._oauth = oauth
        self._client = Client("Clio", base_url=host, explain=explain)
        self._allowance = Allowance()

    async def close(self) -> None:
        await self._client.close()

    async def get(self, path: str, params: Mapping[str, str]) -> Record:
        """One record."""
        answer = await self._request("GET", path, params=params)
        return _record(answer, Unreachable)

    async def look(self, path: str, params: Mapping[str, str]) -> None:
        """Ask for the shortest piece of a list, to see whether it may be read."""
        _records(await self._request("GET", path, params={**params, "limit": "1"}))

    async def pages(self, path: str, params: Mapping[str, str]) -> AsyncIterator[Record]:
        """Every record of a list, asking for the next page only when it is needed."""
        asked: dict[str, str] = {**params, "limit": PAGE}
        while True:
            answer = await self._request("GET", path, params=asked)
            for record in _records(answer):
                yield record
            following = _next(answer)
            if not following or following == asked:
                return
            asked = following

    async def create(self, path: str, body: Mapping[str, object], *, fields: str = "id") -> Record:
        """The record made. `Unsure` where one may have been made."""
        answer = await self._request("POST", path, params={"fields": fields}, json={"data": body})
        return _record(answer, Unsure)

    async def change(self, path: str, body: Mapping[str, object]) -> None:
        """Set fields of a record; doing it twice does no harm."""
        await self._request("PATCH", path, params={"fields": "id"}, json={"data": body}, repeatable=True)

    async def _request(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str],
        json: object = None,
        repeatable: bool | None = None,
    ) -> Answer:
        tokens = await self._oauth.bearer()
        try:
            return await self._once(method, path, params, json, repeatable, tokens.access)
        except BadLogin as error:
            if error.code != "401":
                raise
        # Turned away unread, so even a POST may be repeated, with new tokens.
        tokens = await self._oauth.bearer(rejected=tokens)
        try:
            return await self._once(method, path, params, json, repeatable, tokens.access)
        except BadLogin as error:
            if error.code != "401":
                raise
            raise BadLogin(
                f"Clio refuses our sign-in; if it did from the start, check the region. {self._oauth.again}",
                code="401",
            ) from error

    async def _once(
        self,
        method: str,
        path: str,
        params: Mapping[str, str],
        json: object,
        repeatable: bool | None,
        access: str,
    ) -> Answer:
        self._allowance.ask()
        try:
            answer = await self._client.request(
                method,
                ROOT + path,
                params=params,
                json=json,
                headers={"authorization": f"Bearer {access}"},
                repeatable=repeatable,
            )
        except Busy as busy:
            self._allowance.close(busy.seconds or 0)
            raise
        self._allowance.note(answer.headers)
        return answer


def explain(status: int, data: Any) -> ProviderError | None:
    """Clio's errors: ``{"error": {"type": …, "message": …}}``."""
    error = data.get("error") if isinstance(data, dict) else None
    message = error.get("message") if isinstance(error, dict) else None
    match status:
        case 403:
            return BadLogin(
                "Clio does not let the signed-in user do this. Check at Clio that the user's Contacts "
                "visibility is “All contacts”, that the app has every permission mcdesk asks for, and that "
                "the firm's plan includes the API.",
                code="403",
            )
        case 404:
            return Refused(
                "Clio has no such record any more, or hides it from the signed-in user. "
                "Look the contact up again.",
                code="404",
            )
        case _ if 400 <= status < 500 and status not in (401, 429) and isinstance(message, str):
            return Refused(f"Clio refused this: {message}", code=str(status))
        case _:
            return None


def identity(record: Record, doubt: type[ProviderError]) -> str:
    """A record's id. `doubt` is raised where there is none."""
    value = record.get("id")
    if isinstance(value, bool) or not isinstance(value, int | str) or not value:
        raise doubt("Clio sent an answer that cannot be read. Trying again.")
    return str(value)


def text(record: Record, name: str) -> str:
    """A text field; empty where it is missing, null or hidden."""
    value = record.get(name)
    return value if isinstance(value, str) else ""


def parts(record: Record, name: str) -> list[Record]:
    """The records inside a record; none where they are missing, null or hidden."""
    value = record.get(name)
    return [part for part in value if isinstance(part, dict)] if isinstance(value, list) else []


def _record(answer: Answer, doubt: type[ProviderError]) -> Record:
    data = answer.data.get("data") if isinstance(answer.data, dict) else None
    if not isinstance(data, dict):
        raise doubt("Clio sent an answer that cannot be read. Trying again.")
    return data


def _records(answer: Answer) -> list[Record]:
    data = answer.data.get("data") if isinstance(answer.data, dict) else None
    if not isinstance(data, list):
        raise Unreachable("Clio sent an answer that cannot be read. Trying again.")
    return [record for record in data if isinstance(record, dict)]


def _next(answer: Answer) -> dict[str, str]:
    """What to ask for next. Of Clio's full address only the question: our token goes to no other host."""
    meta = answer.data.get("meta")
    paging = meta.get("paging") if isinstance(meta, dict) else None
    address = paging.get("next") if isinstance(paging, dict) else None
    return dict(parse_qsl(urlsplit(address).query)) if isinstance(address, str) else {}
