"""One Twilio account over HTTP: its sign-in, its paths, its paged lists.

Must not: know what the rows mean.
"""

from collections.abc import AsyncIterator, Mapping
from datetime import timedelta

from mcdesk.ports.provider import Unreachable
from mcdesk.providers.twilio import errors, reading
from mcdesk.providers.twilio.options import Options
from mcdesk.wire.client import Answer, Client

#: No list we read is longer; beyond it something leads us in circles.
MOST_PAGES = 200
#: Rows of the first page, for a look usually finds few, and of those after it: a storm of calls fills
#: thousands of short ones.
PAGE, LONG_PAGE = "50", "1000"


class Account:
    """The REST API of one account (2010-04-01), and the look-up beside it."""

    def __init__(self, options: Options) -> None:
        self.path = f"/2010-04-01/Accounts/{options.account_sid}"
        self._base = options.base_url.rstrip("/")
        self._api = Client(
            "Twilio",
            base_url=options.base_url,
            auth=options.login,
            explain=errors.explain,
        )
        self._lookup = Client(
            "Twilio", base_url=options.lookup_url, auth=options.login, explain=errors.explain
        )

    @property
    def clock_off(self) -> timedelta | None:
        return self._api.clock_off

    async def close(self) -> None:
        await self._api.close()
        await self._lookup.close()

    async def get(self, path: str, params: Mapping[str, str] | None = None) -> Answer:
        """Something below the account; an empty path is the account itself."""
        return await self._api.request("GET", f"{self.path}{path}.json", params=params)

    async def post(self, path: str, form: Mapping[str, str], *, repeatable: bool = False) -> Answer:
        """Make or change something below the account."""
        return await self._api.request("POST", f"{self.path}{path}.json", form=form, repeatable=repeatable)

    async def look_up(self, path: str, params: Mapping[str, str]) -> Answer:
        return await self._lookup.request("GET", path, params=params)

    def recording_url(self, recording: reading.Row) -> str | None:
        """Where a recording can be heard; None where the row does not say."""
        uri = reading.text(recording, "uri").removesuffix(".json")
        return reading.text(recording, "media_url") or (self._base + uri if uri else None)

    async def pages(
        self, path: str, name: str, params: Mapping[str, str]
    ) -> AsyncIterator[list[reading.Row]]:
        """The pages of a list, newest rows first. Stop reading when you have seen enough."""
        answer = await self.get(path, {**params, "PageSize": PAGE})
        known: set[str] = set()
        for number in range(MOST_PAGES):
            rows = reading.rows(answer.data, name)
            if rows is None:
                raise Unreachable("Twilio sent a list that cannot be read. Trying again.")
            yield [row for row in rows if reading.text(row, "sid") not in known]
            following = reading.text(reading.row(answer.data), "next_page_uri")
            if not following:
                return
            if number == 0:
                # More than a page: from the beginning again in long ones, as pages are counted by their size.
                known = {reading.text(row, "sid") for row in rows}
                answer = await self.get(path, {**params, "PageSize": LONG_PAGE})
            else:
                # Given from the host's root, without the host.
                answer = await self._api.request("GET", following)
        raise Unreachable("Twilio's list does not end. Trying again later.")
