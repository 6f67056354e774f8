"""Lists as Twilio gives them: day filters, newest first, pages by token.
Works on any record with a time; knows neither messages nor calls."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar
from urllib.parse import urlencode

from mcdesk.simulator.twilio.errors import Refusal
from mcdesk.simulator.twilio.shapes import Json

T = TypeVar("T")

_MOST = 1000
_USUAL = 50


@dataclass(frozen=True)
class Page:
    """What was asked: the query as it came, and the path it came to."""

    path: str
    query: Mapping[str, str]

    def number(self, name: str, default: int) -> int:
        written = self.query.get(name, "")
        if not written:
            return default
        if not written.isdigit():
            raise Refusal(20001)
        return int(written)

    @property
    def size(self) -> int:
        return max(1, min(self.number("PageSize", _USUAL), _MOST))


def on_asked_days(query: Mapping[str, str], name: str, at: datetime | None) -> bool:
    """Whether a time passes `Name`, `Name<` and `Name>`: whole UTC days, `>` counting the day itself."""
    tests: dict[str, Callable[[date, date], bool]] = {
        name: lambda day, asked: day == asked,
        name + "<": lambda day, asked: day < asked,
        name + ">": lambda day, asked: day >= asked,
    }
    for parameter, passes in tests.items():
        written = query.get(parameter)
        if written and (at is None or not passes(at.date(), _day(written))):
            return False
    return True


def _day(written: str) -> date:
    try:
        return date.fromisoformat(written[:10])
    except ValueError as error:
        raise Refusal(20001) from error


def paged(
    key: str, records: Sequence[T], *, page: Page, sid: Callable[[T], str], shape: Callable[[T], Json]
) -> Json:
    """The page asked for. The token names the last record seen, so new ones do not shift the pages."""
    size, index = page.size, page.number("Page", 0)
    token = page.query.get("PageToken", "").removeprefix("PA")
    begin = index * size
    if token:
        begin = next((i + 1 for i, record in enumerate(records) if sid(record) == token), len(records))
    shown = records[begin : begin + size]
    more = begin + size < len(records)
    filters = {k: v for k, v in page.query.items() if k not in ("Page", "PageToken", "PageSize")}

    def uri(number: int, after: str = "") -> str:
        query = {**filters, "PageSize": str(size), "Page": str(number)}
        return f"{page.path}?{urlencode({**query, 'PageToken': after} if after else query)}"

    start = index * size
    return {
        "first_page_uri": uri(0),
        "end": start + max(len(shown) - 1, 0),
        key: [shape(record) for record in shown],
        "next_page_uri": uri(index + 1, "PA" + sid(shown[-1])) if more else None,
        "page": index,
        "page_size": size,
        "previous_page_uri": uri(index - 1) if index else None,
        "start": start,
        "uri": uri(index),
    }
