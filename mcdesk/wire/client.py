"""The one way out: requests with timeouts, pacing, and every failure turned into one of the six provider errors.

Must not: know any company's error codes (a provider passes `explain` for those).
"""

import asyncio
import email.utils
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx

from mcdesk.ports.provider import BadLogin, Busy, ProviderError, Refused, Unreachable, Unsure

#: Connecting may take this long, an answer that long.
TIMEOUT = httpx.Timeout(10.0, connect=5.0, pool=30.0)
#: Requests that change nothing may be repeated whatever happened.
SAFE_METHODS = frozenset({"GET", "HEAD"})


@dataclass(frozen=True, slots=True)
class Answer:
    """A 2xx answer. `data` is the decoded JSON (None for an empty body)."""

    status: int
    data: Any
    headers: Mapping[str, str]


#: Turns a company's error answer (status, decoded JSON or None) into one of ours, or None for the usual mapping.
Explain = Callable[[int, Any], ProviderError | None]


class Client:
    """HTTP to one company. `company` is its name as people know it; it begins every error sentence."""

    def __init__(
        self,
        company: str,
        *,
        base_url: str,
        auth: tuple[str, str] | None = None,
        explain: Explain = lambda status, data: None,
        per_second: float = 0,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._company = company
        self._explain = explain
        self._pace = Pace(per_second)
        self._http = httpx.AsyncClient(
            base_url=base_url,
            auth=auth,
            timeout=TIMEOUT,
            limits=httpx.Limits(max_connections=40, max_keepalive_connections=20, keepalive_expiry=4.0),
            transport=transport,
            headers={"user-agent": "mcdesk"},
            trust_env=False,
        )

    async def close(self) -> None:
        await self._http.aclose()

    async def request(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        form: Mapping[str, str] | None = None,
        json: object = None,
        headers: Mapping[str, str] | None = None,
        repeatable: bool | None = None,
        paced: bool = False,
    ) -> Answer:
        """Ask. `path` may be a full address of the same company. `repeatable`: doing it twice does no harm
        (default: GET and HEAD), so an unknown outcome is `Unreachable`, not `Unsure`."""
        if repeatable is None:
            repeatable = method in SAFE_METHODS
        if paced:
            await self._pace.turn()
        doubt: type[ProviderError] = Unreachable if repeatable else Unsure
        try:
            response = await self._http.request(
                method, path, params=params, data=form, json=json, headers=headers
            )
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise Unreachable(f"{self._company} cannot be reached ({_cause(error)}). Trying again.") from error
        except (httpx.InvalidURL, httpx.UnsupportedProtocol, httpx.LocalProtocolError) as error:
            raise Refused(f"The address set for {self._company} is not usable: {error}. Check it in settings.") from error
        except (httpx.HTTPError, httpx.StreamError) as error:
            raise doubt(f"{self._company} did not answer ({_cause(error)}). Trying again.") from error
        return self._read(response, doubt)

    def _read(self, response: httpx.Response, doubt: type[ProviderError]) -> Answer:
        status = response.status_code
        data = _json(response)
        if response.is_success:
            if data is _BROKEN:
                raise doubt(f"{self._company} sent an answer that cannot be read. Trying again.")
            return Answer(status, data, response.headers)
        known = None if data is _BROKEN else self._explain(status, data)
        if known is not None:
            raise known
        raise self._usual(response, doubt)

    def _usual(self, response: httpx.Response, doubt: type[ProviderError]) -> ProviderError:
        status, company = response.status_code, self._company
        match status:
            case 401:
                return BadLogin(f"{company} refuses our sign-in. Sign in again in settings.", code="401")
            case 403:
                return BadLogin(f"{company} says our sign-in lacks a right. Check the account's rights.", code="403")
            case 429:
                wait = _retry_after(response.headers.get("retry-after"))
                return Busy(f"{company} asks us to slow down.", seconds=wait, code="429")
            case 503 if "retry-after" in response.headers:
                wait = _retry_after(response.headers["retry-after"])
                return Busy(f"{company} is down for a moment.", seconds=wait, code="503")
            case _ if status >= 500 or status < 400:
                return doubt(f"{company} had trouble (error {status}). Trying again.", code=str(status))
            case _:
                return Refused(f"{company} refused the request (error {status}).", code=str(status))


class Pace:
    """Spreads requests evenly: at most `per_second`, 0 for no limit."""

    def __init__(self, per_second: float) -> None:
        self._gap = 1 / per_second if per_second > 0 else 0.0
        self._next = 0.0

    async def turn(self) -> None:
        if not self._gap:
            return
        now = time.monotonic()
        start = max(now, self._next)
        self._next = start + self._gap
        await asyncio.sleep(start - now)


_BROKEN = object()


def _json(response: httpx.Response) -> Any:
    if not response.content:
        return None
    try:
        return response.json()
    except ValueError:
        return _BROKEN


def _retry_after(value: str | None) -> float | None:
    """Seconds from a Retry-After header, which is a number or an HTTP date."""
    if not value:
        return None
    try:
        return max(0.0, float(value))
    except ValueError:
        pass
    try:
        at = email.utils.parsedate_to_datetime(value)
    except ValueError:
        return None
    return max(0.0, (at.replace(tzinfo=at.tzinfo or UTC) - datetime.now(UTC)).total_seconds())


def _cause(error: Exception) -> str:
    return str(error) or type(error).__name__
