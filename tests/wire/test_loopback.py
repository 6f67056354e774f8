"""What the loopback listener answers to the browser, to other visitors, and to nobody at all."""

import asyncio
import html
from datetime import timedelta

import httpx
import pytest

from mcdesk.ports.provider import BadLogin, ProviderError, Unreachable
from mcdesk.wire.loopback import NOT_OURS, Loopback

STATE = "a-state-nobody-guesses"
AGAIN = "Sign in to Acme again: mcdesk sign-in acme"
SOON = timedelta(seconds=20)

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def listener(*, port: int = 0) -> Loopback:
    return Loopback("Acme", state=STATE, again=AGAIN, port=port)


async def visit(url: str, **asked: str) -> httpx.Response:
    async with httpx.AsyncClient(trust_env=False) as browser:
        return await browser.get(url, params=asked)


async def test_the_browser_brings_the_code_and_is_told_that_it_worked() -> None:
    async with listener() as loopback:
        page = asyncio.create_task(visit(loopback.redirect, code="abc", state=STATE))
        assert await loopback.code(within=SOON) == "abc"
        assert not page.done()
    answer = await page
    assert answer.status_code == 200
    assert "You are signed in to Acme. You can close this window." in answer.text


async def test_the_redirect_is_an_address_on_this_computer_with_the_real_port() -> None:
    async with listener() as loopback:
        url = httpx.URL(loopback.redirect)
    assert (url.scheme, url.host, url.path) == ("http", "127.0.0.1", "/callback")
    assert url.port


async def page_after(asked: dict[str, str], *, failing: ProviderError | None = None) -> tuple[str, str]:
    """What a sign-in that must fail raised, and what the browser showed."""
    page: asyncio.Task[httpx.Response] | None = None
    raised = ""
    try:
        async with listener() as loopback:
            page = asyncio.create_task(visit(loopback.redirect, **asked, state=STATE))
            await loopback.code(within=SOON)
            if failing is not None:
                raise failing
    except ProviderError as error:
        raised = error.why
    assert page is not None
    return raised, (await page).text


async def test_what_goes_wrong_after_the_code_is_shown_in_the_browser() -> None:
    why = "Acme did not answer <today>."
    raised, page = await page_after({"code": "abc"}, failing=Unreachable(why))
    assert raised == why
    assert f"<p>{html.escape(why)}</p>" in page


async def test_the_page_shows_words_of_others_as_words_only() -> None:
    raised, page = await page_after({"error": "x", "error_description": "<script>alert()</script>"})
    assert "<script>alert()</script>" in raised
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        ({"error": "access_denied"}, f"Acme was not allowed to let mcdesk in. {AGAIN}"),
        ({"error": "server_error"}, f"Acme refused the sign-in (server_error). {AGAIN}"),
        (
            {"error": "x", "error_description": "The plan has no API"},
            f"Acme refused the sign-in (The plan has no API). {AGAIN}",
        ),
        ({}, f"Acme refused the sign-in (no reason given). {AGAIN}"),
    ],
)
async def test_a_refusal_is_raised_and_shown_in_words(asked: dict[str, str], why: str) -> None:
    raised, page = await page_after(asked)
    assert raised == why
    assert why in page


@pytest.mark.parametrize("state", ["", "another", STATE + "x", "ünïcode"])
async def test_a_visitor_with_another_state_neither_signs_in_nor_ends_the_wait(state: str) -> None:
    async with listener() as loopback:
        stranger = await visit(loopback.redirect, code="stolen", state=state)
        refusal = await visit(loopback.redirect, error="access_denied", state=state)
        page = asyncio.create_task(visit(loopback.redirect, code="ours", state=STATE))
        assert await loopback.code(within=SOON) == "ours"
    await page
    assert stranger.status_code == refusal.status_code == 400
    assert NOT_OURS in stranger.text


async def test_favicons_and_stray_requests_are_turned_away() -> None:
    async with listener() as loopback:
        icon = await visit(loopback.redirect.replace("/callback", "/favicon.ico"))
        async with httpx.AsyncClient(trust_env=False) as browser:
            posted = await browser.post(loopback.redirect, params={"code": "abc", "state": STATE})
        page = asyncio.create_task(visit(loopback.redirect, code="ours", state=STATE))
        assert await loopback.code(within=SOON) == "ours"
    await page
    assert (icon.status_code, posted.status_code) == (404, 400)


@pytest.mark.parametrize(
    "sent", [b"", b"\x16\x03\x01 not http\r\n\r\n", b"GET /" + b"x" * 100_000, b"GET\r\n\r\n"]
)
async def test_a_connection_that_sends_rubbish_or_nothing_blocks_nobody(sent: bytes) -> None:
    async with listener() as loopback:
        port = httpx.URL(loopback.redirect).port
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(sent)
        page = asyncio.create_task(visit(loopback.redirect, code="ours", state=STATE))
        assert await loopback.code(within=SOON) == "ours"
    assert (await page).status_code == 200
    writer.close()


async def test_a_reloaded_page_gets_the_same_answer_and_changes_nothing() -> None:
    async with listener() as loopback:
        first = asyncio.create_task(visit(loopback.redirect, code="first", state=STATE))
        code = await loopback.code(within=SOON)
        second = asyncio.create_task(visit(loopback.redirect, code="second", state=STATE))
        await asyncio.sleep(0.2)
        assert (code, await loopback.code(within=SOON)) == ("first", "first")
    assert (await first).text == (await second).text


async def test_waiting_ends_by_itself_with_a_sentence_that_says_what_to_do() -> None:
    async with listener() as loopback:
        with pytest.raises(BadLogin) as late:
            await loopback.code(within=timedelta(milliseconds=50))
    assert late.value.why == f"Nobody finished the sign-in to Acme within one minute. {AGAIN}"


async def test_a_port_in_use_is_said_in_words() -> None:
    async with listener() as first:
        port = httpx.URL(first.redirect).port
        assert port is not None
        with pytest.raises(BadLogin, match=f"Port {port} of this computer is used by another program"):
            await listener(port=port).__aenter__()


async def test_nothing_listens_once_the_sign_in_is_over() -> None:
    async with listener() as loopback:
        pass
    with pytest.raises(httpx.ConnectError):
        await visit(loopback.redirect)
