"""Signing in to the pretend Clio through a browser, and staying signed in."""

import asyncio
from datetime import timedelta

import httpx
import pytest

from mcdesk.ports.provider import BadLogin
from mcdesk.providers.clio import PROVIDER, Clio
from mcdesk.providers.clio.options import HOSTS, REDIRECT_PORT, Options
from mcdesk.wire.oauth import sign_in
from tests.providers.clio.office import CALLER, Office, entry

pytestmark = pytest.mark.anyio
SOON = timedelta(seconds=20)


class Browser:
    """Opens what it is told to and follows redirects."""

    def __init__(self) -> None:
        self.address = ""
        self.page: asyncio.Task[httpx.Response] | None = None

    def open(self, url: str) -> None:
        self.address = url
        self.page = asyncio.create_task(self._visit(url))

    async def _visit(self, url: str) -> httpx.Response:
        async with httpx.AsyncClient(trust_env=False, follow_redirects=True) as browser:
            return await browser.get(url)

    async def text(self) -> str:
        assert self.page is not None
        return (await self.page).text


async def signed_in(desk: Clio, browser: Browser) -> None:
    # any free port: the registered one may be in use where tests run
    desk.redirect_port = 0
    await sign_in(desk, browser.open, within=SOON)


async def test_a_person_signs_in_and_the_desk_can_work(office: Office) -> None:
    office.row.tokens = None
    desk, browser = office.desk(), Browser()
    await signed_in(desk, browser)
    assert "You are signed in to Clio Manage" in await browser.text()
    known = office.contact("Dana Reyes", "(415) 555-0142")
    assert [contact.id for contact in await desk.find_contacts(CALLER)] == [known]


async def test_the_address_asks_for_a_redirect_on_refusal_and_names_no_challenge(office: Office) -> None:
    address = httpx.URL(office.desk().authorize_url(redirect="http://127.0.0.1:47816/callback", state="abc"))
    assert dict(address.params) == {
        "response_type": "code",
        "client_id": "pretend-client-id",
        "redirect_uri": "http://127.0.0.1:47816/callback",
        "state": "abc",
        "redirect_on_decline": "true",
    }
    assert address.path == "/oauth/authorize"


async def test_a_person_who_declines_is_told_what_that_means(office: Office) -> None:
    office.row.tokens = None
    office.pretend.sign_in.declines = True
    browser = Browser()
    with pytest.raises(BadLogin, match="Clio Manage was not allowed to let mcdesk in"):
        await signed_in(office.desk(), browser)
    assert "was not allowed to let mcdesk in" in await browser.text()
    assert office.row.tokens is None


async def test_a_wrong_app_secret_is_said_in_words(office: Office) -> None:
    with pytest.raises(BadLogin, match="Clio does not accept the client id and secret"):
        await signed_in(office.desk(client_secret="wrong"), Browser())


async def test_a_missing_app_key_is_said_before_a_browser_opens(office: Office) -> None:
    browser = Browser()
    with pytest.raises(BadLogin, match="Clio needs a client id"):
        await signed_in(office.desk(client_id=""), browser)
    assert browser.address == ""


async def test_who_never_signed_in_is_told_how_to(office: Office) -> None:
    office.row.tokens = None
    with pytest.raises(BadLogin, match=r"Nobody has signed in to Clio\. .*mcdesk sign-in clio"):
        await office.desk().find_contacts(CALLER)


@pytest.mark.parametrize("rotates", [True, False])
@pytest.mark.parametrize("known_to_us", [True, False])
async def test_twenty_requests_at_two_desks_with_an_ended_token_renew_it_once(
    office: Office, rotates: bool, known_to_us: bool
) -> None:
    """Whether our clock tells us or Clio's 401 does."""
    if known_to_us:
        office.sign_in(lasts=timedelta(seconds=30))
    office.pretend.sign_in.expire_access()
    office.pretend.sign_in.rotates_refresh = rotates
    dana = office.contact("Dana Reyes", "(415) 555-0142")
    desks = [office.desk(), office.desk()]
    notes = [entry(dana, key=f"note-{index}") for index in range(20)]
    await asyncio.gather(*(desks[index % 2].write_note(note) for index, note in enumerate(notes)))
    assert office.refreshes == 1
    assert len(office.pretend.notes) == 20
    assert len(office.row.saved) == 1


async def test_a_write_turned_away_for_its_token_is_made_once(office: Office) -> None:
    dana = office.contact("Dana Reyes", "(415) 555-0142")
    office.pretend.sign_in.expire_access()
    await office.desk().write_note(entry(dana))
    assert len(office.pretend.notes) == 1
    assert office.asked("POST", "/notes.json") == ["POST /api/v4/notes.json"] * 2


async def test_our_token_goes_to_no_other_host_however_a_page_is_addressed(office: Office) -> None:
    for index in range(250):
        office.contact(f"Client {index}", f"(628) 555-0142 x{index}")
    strangers: list[bytes] = []

    async def stranger(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        strangers.append(await reader.read(1000))
        writer.close()

    async with await asyncio.start_server(stranger, "127.0.0.1", 0) as server:
        other = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        async with httpx.AsyncClient(trust_env=False) as outside:
            forward = await _misaddressing(outside, to=office.pretend.url, next_at=other)
            async with forward:
                desk = office.desk(base_url=f"http://127.0.0.1:{forward.sockets[0].getsockname()[1]}")
                assert await desk.find_contacts(CALLER) == []
                await desk.close()
    assert strangers == []
    assert any("page_token" in each.query for each in office.pretend.requests(method="GET"))


async def _misaddressing(outside: httpx.AsyncClient, *, to: str, next_at: str) -> asyncio.Server:
    """A proxy whose answers name another host for the next page."""

    async def pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while head := await _head(reader):
            lines = head.split("\r\n")
            method, path, _ = lines[0].split(" ")
            token = next(
                line.partition(": ")[2] for line in lines if line.lower().startswith("authorization")
            )
            answer = await outside.request(method, to + path, headers={"authorization": token})
            body = answer.text.replace(to, next_at).encode()
            writer.write(
                f"HTTP/1.1 {answer.status_code} -\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body
            )
            await writer.drain()
        writer.close()

    return await asyncio.start_server(pass_on, "127.0.0.1", 0)


async def _head(reader: asyncio.StreamReader) -> str:
    try:
        return (await reader.readuntil(b"\r\n\r\n")).decode()
    except asyncio.IncompleteReadError:
        return ""


def test_the_region_decides_the_host_and_an_address_overrides_it() -> None:
    assert {region: Options.read({"region": region}).host for region in HOSTS} == HOSTS
    assert Options.read({"region": "eu", "base_url": "http://127.0.0.1:9/"}).host == "http://127.0.0.1:9"
    assert Options.read({}).host == HOSTS["us"]


def test_settings_that_make_no_sense_are_named_and_do_no_harm() -> None:
    options = Options.read({"region": "mars", "assignee": "Dana", "redirect_port": "99999"})
    assert len(options.complaints) == 3
    assert (options.assignee, options.redirect_port) == (None, REDIRECT_PORT)


def test_the_folder_names_its_provider_and_the_secret_is_marked() -> None:
    assert PROVIDER is Clio
    assert [each.name for each in Clio.fields if each.secret] == ["client_secret"]
    assert "hidden" not in repr(Options.read({"client_secret": "hidden"}))
    port = next(each for each in Clio.fields if each.name == "redirect_port")
    assert f"http://127.0.0.1:{port.default}/callback" in port.help
