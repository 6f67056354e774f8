"""The one way out: requests with timeouts and pacing; every failure becomes one of the six provider errors.

Must not: know any company's error codes (a provider passes `explain` for those).
"""

import asyncio
import base64
import email.utils
import json as json_codec
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from mcdesk.ports.provider import BadLogin, Busy, ProviderError, Refused, Unreachable, Unsure
from mcdesk.wire.pool import Pool


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds."""

    connect: float = 5.0
    #: The longest silence while sending or waiting for an answer.
    silence: float = 10.0
    #: The longest wait for a free socket.
    socket: float = 30.0
    #: Everything together, for servers that drip.
    whole: float = 45.0


#: Seconds between two looks at what time a company has.
DATES_APART = 10.0
#: For clients that are not given others.
TIMEOUTS = Timeouts()
#: Requests that change nothing may be repeated whatever happened.
SAFE_METHODS = frozenset({"GET", "HEAD"})


@dataclass(frozen=True, slots=True)
class Answer:
    """A 2xx answer. `data` is the decoded JSON (None for an empty body)."""

    status: int
    data: Any
    headers: Mapping[str, str]


#: Turns a company's 4xx answer (status, decoded JSON or None) into one of ours; None for the usual mapping.
Explain = Callable[[int, Any], ProviderError | None]


class Client:
    """HTTP to one company. `company` is its name as people know it; it begins every error sentence."""

    def __init__(
        self,
        company: str,
        *,
        base_url: str,
        auth: tuple[str, str] | None = None,
        explain: Explain = lambda _status, _data: None,
        timeouts: Timeouts | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._company = company
        self._explain = explain
        timeouts = self._timeouts = timeouts or TIMEOUTS
        self._base = base_url.rstrip("/")
        self._headers = {"user-agent": "mcdesk", "accept": "application/json", "accept-encoding": "gzip"}
        if auth:
            self._headers["authorization"] = _basic(*auth)
        self._extensions = {
            "timeout": {
                "connect": timeouts.connect,
                "read": timeouts.silence,
                "write": timeouts.silence,
                "pool": timeouts.socket,
            }
        }
        # Not httpx.AsyncClient: cookies, redirects and hooks, unwanted here, cost 0.1 ms a request.
        self._transport = transport or Pool()
        #: How far this PC's clock is ahead of the company's, to seconds; None until an answer said a time.
        self.clock_off: timedelta | None = None
        self._look_at_date = 0.0

    def __repr__(self) -> str:
        return f"Client({self._company!r})"

    async def close(self) -> None:
        await self._transport.aclose()

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
    ) -> Answer:
        """Ask. `path` may be a full address of the same company. `repeatable`: doing it twice does no harm
        (default: GET and HEAD), so an unknown outcome is `Unreachable`, not `Unsure`."""
        if repeatable is None:
            repeatable = method in SAFE_METHODS
        doubt: type[ProviderError] = Unreachable if repeatable else Unsure
        request = self._built(method, path, params=params, form=form, json=json, headers=headers)
        return self._read(await self._sent(request, doubt), doubt)

    def _built(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None,
        form: Mapping[str, str] | None,
        json: object,
        headers: Mapping[str, str] | None,
    ) -> httpx.Request:
        address = path if "://" in path else self._base + path
        if not f"{address}/".startswith((f"{self._base}/", f"{self._base}?")):
            # The sign-in goes with every request, so it may go to this company only.
            raise Refused(f"{self._company} sent us to another address. Check its address in settings.")
        try:
            return httpx.Request(
                method,
                address,
                params=params,
                data=form,
                json=json,
                headers={**self._headers, **(headers or {})},
                extensions=self._extensions,
            )
        except (httpx.InvalidURL, ValueError, TypeError) as error:
            raise self._unusable(error) from error

    async def _sent(self, request: httpx.Request, doubt: type[ProviderError]) -> httpx.Response:
        company = self._company
        try:
            async with asyncio.timeout(self._timeouts.whole):
                return await self._transport.handle_async_request(request)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise Unreachable(f"{company} cannot be reached ({_cause(error)}). Trying again.") from error
        except (httpx.UnsupportedProtocol, httpx.LocalProtocolError, UnicodeError) as error:
            raise self._unusable(error) from error
        except TimeoutError as error:
            raise doubt(f"{company} takes too long to answer. Trying again.") from error
        except (httpx.HTTPError, httpx.StreamError, OSError) as error:
            raise doubt(f"{company} did not answer ({_cause(error)}). Trying again.") from error

    def _unusable(self, error: Exception) -> Refused:
        # What httpx says of a header quotes it, and a header may be the sign-in.
        detail = f" ({error})" if isinstance(error, httpx.InvalidURL | httpx.UnsupportedProtocol) else ""
        return Refused(
            f"What is set for {self._company} cannot be used{detail}. Check its address in settings."
        )

    def _read(self, response: httpx.Response, doubt: type[ProviderError]) -> Answer:
        status = response.status_code
        self._note_time(response.headers.get("date"))
        data = _json(response)
        if 200 <= status < 300:
            if data is _BROKEN:
                raise doubt(f"{self._company} sent an answer that cannot be read. Trying again.")
            return Answer(status, data, response.headers)
        known = self._explain(status, None if data is _BROKEN else data) if 400 <= status < 500 else None
        if isinstance(known, Busy) and known.seconds is None:
            known.seconds = _retry_after(response.headers.get("retry-after"))
        raise known or self._usual(response, doubt)

    def _note_time(self, date: str | None) -> None:
        """How far this PC's clock is ahead by the company's own; looked at now and then."""
        ticks = time.monotonic()
        if date is None or ticks < self._look_at_date:
            return
        self._look_at_date = ticks + DATES_APART
        try:
            theirs = email.utils.parsedate_to_datetime(date)
        except ValueError:
            return
        self.clock_off = datetime.now(UTC) - theirs.replace(tzinfo=theirs.tzinfo or UTC)

    def _usual(self, response: httpx.Response, doubt: type[ProviderError]) -> ProviderError:
        status, company = response.status_code, self._company
        wait = _retry_after(response.headers.get("retry-after"))
        match status:
            case 401:
                return BadLogin(f"{company} refuses our sign-in. Sign in again in settings.", code="401")
            case 403:
                return BadLogin(
                    f"{company} says our sign-in lacks a right. Check the account's rights.", code="403"
                )
            case 429:
                return Busy(f"{company} asks us to slow down.", seconds=wait, code="429")
            case 503 if wait is not None and doubt is Unreachable:
                return Busy(f"{company} is down for a moment.", seconds=wait, code="503")
            case _ if status >= 500 or status < 400 or status == 408:
                return doubt(f"{company} had trouble (error {status}). Trying again.", code=str(status))
            case _:
                return Refused(
                    f"{company} refused the request (error {status}). Check its settings.", code=str(status)
                )


_BROKEN = object()


def _basic(user: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode("ascii")


def _json(response: httpx.Response) -> Any:
    if not response.content:
        return None
    try:
        return json_codec.loads(response.content)
    except (ValueError, RecursionError):
        return _BROKEN


def _retry_after(value: str | None) -> float | None:
    """Seconds from a Retry-After header, which is a number or an HTTP date; at most a day."""
    if not value:
        return None
    try:
        seconds = float(value)
    except ValueError:
        try:
            at = email.utils.parsedate_to_datetime(value)
        except ValueError:
            return None
        seconds = (at.replace(tzinfo=at.tzinfo or UTC) - datetime.now(UTC)).total_seconds()
    return max(0.0, min(seconds, 86_400.0)) if seconds == seconds else None


def _cause(error: Exception) -> str:
    return str(error) or type(error).__name__
