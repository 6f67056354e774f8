"""Signing in against a company that rotates its refresh tokens, and renewing once however many ask."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest

from mcdesk.ports.provider import BadLogin, Busy, Check, Setup, Tokens, Unreachable
from mcdesk.ports.signin import SignsIn
from mcdesk.simulator import Fault
from mcdesk.simulator.server import PretendServer
from mcdesk.wire.oauth import LEEWAY, NEVER, OAuth, sign_in
from tests.wire.token_company import HOUR, Company, Place
from tests.wire.token_rows import Row

pytestmark = pytest.mark.anyio
SOON = timedelta(seconds=20)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def place() -> AsyncIterator[Place]:
    company = Company()
    server = PretendServer(company.app, port=0, error_body=lambda status: b"{}")
    await server.start()
    yield Place(company, server, Row())
    await server.stop()


class Acme(SignsIn):
    """The smallest provider one can sign in to."""

    name = "acme"
    title = "Acme"
    fields = ()

    def __init__(self, oauth: OAuth) -> None:
        super().__init__(Setup(connection="acme", settings={}))
        self.oauth = oauth

    def authorize_url(self, *, redirect: str, state: str) -> str:
        return self.oauth.authorize_url(redirect=redirect, state=state)

    async def finish_sign_in(self, *, code: str, redirect: str) -> None:
        await self.oauth.finish(code=code, redirect=redirect)

    async def check(self) -> list[Check]:
        return []


class Browser:
    """Opens what it is told to and follows redirects, like a person who agrees."""

    def __init__(self) -> None:
        self.page: asyncio.Task[httpx.Response] | None = None

    def open(self, url: str) -> None:
        self.page = asyncio.create_task(self._visit(url))

    async def _visit(self, url: str) -> httpx.Response:
        async with httpx.AsyncClient(trust_env=False, follow_redirects=True) as browser:
            return await browser.get(url)

    async def text(self) -> str:
        assert self.page is not None
        return (await self.page).text


@pytest.mark.parametrize("pkce", [True, False])
async def test_signing_in_stores_the_tokens_and_the_browser_says_so(place: Place, pkce: bool) -> None:
    oauth, browser = place.oauth(pkce=pkce), Browser()
    await sign_in(Acme(oauth), browser.open, within=SOON)
    assert "You are signed in to Acme" in await browser.text()
    assert [tokens.access for tokens in place.row.saved] == ["access-1"]
    assert ("code_verifier" in place.company.asked[0]) is pkce
    assert await oauth.bearer() == place.row.tokens
    await oauth.close()


async def test_the_address_to_sign_in_at_carries_state_and_challenge_but_no_secret(place: Place) -> None:
    oauth = place.oauth()
    address = oauth.authorize_url(redirect="http://127.0.0.1:5/callback", state="s t")
    asked = dict(parse_qsl(urlsplit(address).query))
    assert asked.pop("code_challenge")
    assert asked == {
        "response_type": "code",
        "client_id": "our-id",
        "redirect_uri": "http://127.0.0.1:5/callback",
        "state": "s t",
        "code_challenge_method": "S256",
    }
    await oauth.close()


async def test_a_wrong_client_secret_is_named_in_the_browser_and_raised(place: Place) -> None:
    oauth, browser = place.oauth(secret="wrong"), Browser()
    with pytest.raises(BadLogin, match="does not accept the client id and secret") as refused:
        await sign_in(Acme(oauth), browser.open, within=SOON)
    assert refused.value.why.endswith("Sign in to Acme again: mcdesk sign-in acme")
    assert "does not accept the client id and secret" in await browser.text()
    assert place.row.tokens is None
    await oauth.close()


async def test_a_company_that_does_not_answer_the_exchange_leads_to_another_try(place: Place) -> None:
    place.server.faults.add(Fault("drop", path="/token"))
    oauth, browser = place.oauth(), Browser()
    with pytest.raises(Unreachable, match="did not answer the sign-in"):
        await sign_in(Acme(oauth), browser.open, within=SOON)
    assert "did not answer the sign-in" in await browser.text()
    await oauth.close()


async def test_closing_lets_the_store_save_what_it_still_has(place: Place) -> None:
    oauth = place.oauth()
    await oauth.close()
    assert place.row.closed == 1
    await place.oauth(stored=False).close()


async def test_tokens_that_hold_longer_than_the_leeway_are_used_as_they_are(place: Place) -> None:
    oauth = place.oauth()
    soon = datetime.now(UTC) + LEEWAY
    place.row.tokens = Tokens(access="fresh", refresh="refresh-0", expires_at=soon + timedelta(seconds=5))
    assert (await oauth.bearer()).access == "fresh"
    place.row.tokens = Tokens(access="ending", refresh="refresh-0", expires_at=soon - timedelta(seconds=5))
    assert (await oauth.bearer()).access == "access-1"
    assert len(place.company.asked) == 1
    await oauth.close()


async def test_twenty_who_need_a_token_at_once_renew_it_once(place: Place) -> None:
    place.expired()
    oauth = place.oauth()
    got = await asyncio.gather(*(oauth.bearer() for _ in range(20)))
    assert {tokens.access for tokens in got} == {"access-1"}
    assert [form["refresh_token"] for form in place.company.asked] == ["refresh-0"]
    assert [tokens.refresh for tokens in place.row.saved] == ["refresh-1"]
    await oauth.close()


async def test_two_processes_with_twenty_each_renew_it_once(place: Place) -> None:
    place.expired()
    desks = [place.oauth(), place.oauth()]
    got = await asyncio.gather(*(desk.bearer() for desk in desks for _ in range(20)))
    assert {tokens.access for tokens in got} == {"access-1"}
    assert len(place.company.asked) == 1
    for desk in desks:
        await desk.close()


async def test_a_rejected_token_is_renewed_once_for_all_who_had_it(place: Place) -> None:
    rejected = Tokens(access="revoked", refresh="refresh-0", expires_at=datetime.now(UTC) + HOUR)
    place.row.tokens = rejected
    desks = [place.oauth(), place.oauth()]
    got = await asyncio.gather(*(desk.bearer(rejected=rejected) for desk in desks for _ in range(20)))
    assert {tokens.access for tokens in got} == {"access-1"}
    # one who hears late that the old one was rejected gets the new one, too
    assert (await desks[0].bearer(rejected=rejected)).access == "access-1"
    assert len(place.company.asked) == 1
    for desk in desks:
        await desk.close()


async def test_a_caller_who_gives_up_does_not_cut_the_renewal_short(place: Place) -> None:
    place.expired()
    oauth = place.oauth()
    impatient = asyncio.create_task(oauth.bearer())
    await asyncio.sleep(0.02)
    impatient.cancel()
    with pytest.raises(asyncio.CancelledError):
        await impatient
    await oauth.close()
    assert place.row.tokens is not None
    assert place.row.tokens.refresh == "refresh-1"


async def test_a_sign_in_that_was_taken_back_fails_once_for_all_and_says_what_to_do(place: Place) -> None:
    place.expired()
    place.company.good.clear()
    oauth = place.oauth()
    got = await asyncio.gather(*(oauth.bearer() for _ in range(20)), return_exceptions=True)
    assert {str(error) for error in got} == {
        "Acme no longer accepts our sign-in. Sign in to Acme again: mcdesk sign-in acme"
    }
    assert {type(error) for error in got} == {BadLogin}
    assert len(place.company.asked) == 1
    await oauth.close()


async def test_an_outage_while_renewing_keeps_the_old_refresh_token_for_the_next_try(place: Place) -> None:
    place.expired()
    place.server.faults.add(Fault("status", path="/token", status=502))
    oauth = place.oauth()
    with pytest.raises(Unreachable):
        await oauth.bearer()
    assert (await oauth.bearer()).access == "access-1"
    await oauth.close()


async def test_a_company_that_asks_us_to_slow_down_is_heard_while_renewing(place: Place) -> None:
    place.expired()
    place.server.faults.add(Fault("status", path="/token", status=429, retry_after=7))
    oauth = place.oauth()
    with pytest.raises(Busy) as busy:
        await oauth.bearer()
    assert busy.value.seconds == 7
    await oauth.close()


async def test_an_answer_without_a_new_refresh_token_keeps_the_one_we_have(place: Place) -> None:
    place.expired()
    place.company.answer = {"access_token": "new", "token_type": "bearer"}
    oauth = place.oauth()
    assert await oauth.bearer() == Tokens(access="new", refresh="refresh-0", expires_at=NEVER)
    await oauth.close()


@pytest.mark.parametrize(
    ("seconds", "days"), [(604800, 7), (None, None), ("604800", None), (0, None), (True, None)]
)
async def test_the_end_of_a_sign_in_is_kept_where_the_company_tells_it(
    place: Place, seconds: object, days: int | None
) -> None:
    place.expired()
    place.company.answer = {"access_token": "new", "refresh_token": "r", "refresh_token_expires_in": seconds}
    oauth = place.oauth()
    until = (await oauth.bearer()).renewable_until
    assert (until is None) == (days is None)
    if until is not None and days is not None:
        left = until - datetime.now(UTC)
        assert timedelta(days=days) - timedelta(minutes=1) < left <= timedelta(days=days)
    await oauth.close()


@pytest.mark.parametrize(
    "answer",
    [
        "<html>",
        "[]",
        {},
        {"access_token": ""},
        {"access_token": 5},
        {"access_token": "a", "expires_in": "soon"},
    ],
)
async def test_an_answer_that_cannot_be_read_is_no_sign_in(
    place: Place, answer: dict[str, object] | str
) -> None:
    place.expired()
    place.company.answer = answer
    oauth = place.oauth()
    with pytest.raises(Unreachable):
        await oauth.bearer()
    assert place.row.saved == []
    await oauth.close()


@pytest.mark.parametrize("stored", [True, False])
async def test_who_never_signed_in_is_told_how_to(place: Place, stored: bool) -> None:
    oauth = place.oauth(stored=stored)
    with pytest.raises(BadLogin, match=r"Nobody has signed in to Acme\. .*mcdesk sign-in acme"):
        await oauth.bearer()
    await oauth.close()


async def test_a_sign_in_without_a_refresh_token_runs_out(place: Place) -> None:
    place.row.tokens = Tokens(access="old", refresh="", expires_at=datetime.now(UTC) - HOUR)
    oauth = place.oauth()
    with pytest.raises(BadLogin, match="has run out"):
        await oauth.bearer()
    assert place.company.asked == []
    await oauth.close()
