"""The pretend Clio: signing in, finding, writing, refusing."""

import asyncio
from collections.abc import Mapping
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from mcdesk.simulator import PretendClio
from tests.simulator.stage import clio_client, played

_REDIRECT = "http://127.0.0.1:41000/callback"


async def _code(
    client: httpx.AsyncClient, clio: PretendClio, *, redirect: str = _REDIRECT
) -> Mapping[str, list[str]]:
    query = {
        "response_type": "code",
        "client_id": clio.sign_in.client_id,
        "redirect_uri": redirect,
        "state": "abc",
    }
    answer = await client.get(f"{clio.url}/oauth/authorize", params=query)
    return parse_qs(urlsplit(answer.headers.get("location", "")).query)


async def _tokens(client: httpx.AsyncClient, clio: PretendClio, **form: str) -> httpx.Response:
    app = {"client_id": clio.sign_in.client_id, "client_secret": clio.sign_in.client_secret}
    return await client.post(f"{clio.url}/oauth/token", data={**app, **form})


@played
async def test_the_sign_in_ends_with_tokens_that_open_the_api() -> None:
    async with PretendClio() as clio, httpx.AsyncClient() as client:
        back = await _code(client, clio)
        assert back["state"] == ["abc"]
        form = {"grant_type": "authorization_code", "code": back["code"][0], "redirect_uri": _REDIRECT}
        tokens = (await _tokens(client, clio, **form)).json()
        async with clio_client(clio, tokens["access_token"]) as signed_in:
            who = (await signed_in.get("/users/who_am_i.json", params={"fields": "id,name"})).json()
        assert who["data"]["name"] == "Front Desk"
        again = await _tokens(client, clio, **form)
        assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")


@played
async def test_a_code_is_good_only_for_the_redirect_it_was_given_to() -> None:
    async with PretendClio() as clio, httpx.AsyncClient() as client:
        code = (await _code(client, clio))["code"][0]
        other = "http://127.0.0.1:41001/callback"
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": other}
        assert (await _tokens(client, clio, **form)).json()["error"] == "invalid_grant"


@played
async def test_a_declined_sign_in_and_a_foreign_redirect_give_no_code() -> None:
    async with PretendClio() as clio, httpx.AsyncClient() as client:
        assert await _code(client, clio, redirect="http://localhost:41000/callback") == {}
        clio.sign_in.declines = True
        assert (await _code(client, clio))["error"] == ["access_denied"]


@played
async def test_an_expired_access_token_is_401_until_refreshed() -> None:
    async with PretendClio(access_seconds=0.05) as clio, httpx.AsyncClient() as client:
        tokens = clio.issue_token()
        await asyncio.sleep(0.1)
        async with clio_client(clio, tokens["access_token"]) as signed_in:
            refused = await signed_in.get("/users.json")
        assert (refused.status_code, refused.json()["error"]) == (401, "invalid_token")
        form = {"grant_type": "refresh_token", "refresh_token": str(tokens["refresh_token"])}
        fresh = (await _tokens(client, clio, **form)).json()
        assert fresh["refresh_token"] == tokens["refresh_token"]
        async with clio_client(clio, fresh["access_token"]) as signed_in:
            assert (await signed_in.get("/users.json")).status_code == 200


@played
async def test_a_rotated_refresh_token_works_once() -> None:
    async with PretendClio() as clio, httpx.AsyncClient() as client:
        clio.sign_in.rotates_refresh = True
        form = {"grant_type": "refresh_token", "refresh_token": str(clio.issue_token()["refresh_token"])}
        first, second = await _tokens(client, clio, **form), await _tokens(client, clio, **form)
        assert (first.status_code, second.status_code) == (200, 400)


@played
async def test_a_phone_is_found_only_the_way_it_was_typed() -> None:
    async with PretendClio() as clio, clio_client(clio) as client:
        clio.add_contact("Dana Reyes", "(415) 555-0142")
        found = {}
        for written in ("+14155550142", "4155550142", "415-555-0142", "(415) 555-0142", "555-0142"):
            answer = await client.get("/contacts.json", params={"query": written, "fields": "name"})
            found[written] = len(answer.json()["data"])
        expected = {"+14155550142": 0, "4155550142": 0, "415-555-0142": 0, "(415) 555-0142": 1, "555-0142": 1}
        assert found == expected


@played
async def test_only_the_fields_asked_for_are_shown() -> None:
    async with PretendClio() as clio, clio_client(clio) as client:
        contact = clio.add_contact("Dana Reyes", "(415) 555-0142")
        url = f"/contacts/{contact['id']}.json"
        assert set((await client.get(url)).json()["data"]) == {"id", "etag"}
        asked = {"fields": "name,phone_numbers{number}"}
        shown = (await client.get(url, params=asked)).json()["data"]
        assert shown == {"name": "Dana Reyes", "phone_numbers": [{"number": "(415) 555-0142"}]}
        assert (await client.get(url, params={"fields": "shoe_size"})).status_code == 400


@played
async def test_pages_lead_to_every_record_once() -> None:
    async with PretendClio() as clio, clio_client(clio) as client:
        for number in range(5):
            clio.add_contact(f"Person {number}")
        url, names = "/contacts.json?limit=2&fields=name", []
        while url:
            page = (await client.get(url)).json()
            names += [contact["name"] for contact in page["data"]]
            assert page["meta"]["records"] == 5
            url = page["meta"]["paging"].get("next", "")
        assert names == [f"Person {number}" for number in range(5)]


@pytest.mark.parametrize(
    ("path", "data", "status"),
    [
        ("/contacts.json", {"name": "Dana"}, 422),
        ("/contacts.json", {"type": "Robot", "name": "Dana"}, 422),
        (
            "/contacts.json",
            {"type": "Person", "name": "D", "phone_numbers": [{"name": "Car", "number": "1"}]},
            422,
        ),
        ("/notes.json", {"detail": "no type"}, 422),
        ("/notes.json", {"type": "Contact", "detail": "no contact"}, 422),
        ("/notes.json", {"type": "Contact", "contact": {"id": 1}}, 404),
        ("/communications.json", {"type": "PhoneCommunication", "subject": "no body"}, 422),
        ("/tasks.json", {"name": "n", "description": "d"}, 422),
        ("/tasks.json", {"name": "n", "description": "d", "assignee": {"id": 1, "type": "User"}}, 404),
        ("/calendar_entries.json", {"summary": "no times"}, 422),
    ],
)
@played
async def test_a_record_that_lacks_something_is_refused(
    path: str, data: dict[str, object], status: int
) -> None:
    async with PretendClio() as clio, clio_client(clio) as client:
        answer = await client.post(path, json={"data": data})
        assert answer.status_code == status
        assert set(answer.json()["error"]) == {"type", "message"}


@played
async def test_a_sixth_external_property_is_refused() -> None:
    async with PretendClio() as clio, clio_client(clio) as client:
        properties = [{"name": f"n{i}", "value": "v"} for i in range(6)]
        data = {"type": "PhoneCommunication", "subject": "s", "body": "b", "external_properties": properties}
        assert (await client.post("/communications.json", json={"data": data})).status_code == 422


@played
async def test_communications_are_found_by_external_property() -> None:
    async with PretendClio() as clio, clio_client(clio) as client:
        for value in ("one", "two"):
            data = {
                "type": "PhoneCommunication",
                "subject": value,
                "body": "b",
                "external_properties": [{"name": "mcdesk_id", "value": value}],
            }
            assert (await client.post("/communications.json", json={"data": data})).status_code == 201
        query = {
            "external_property_name": "mcdesk_id",
            "external_property_value": "two",
            "fields": "subject,external_properties{name,value}",
        }
        (only,) = (await client.get("/communications.json", params=query)).json()["data"]
        assert only["subject"] == "two"


@played
async def test_a_patch_adds_phones_without_id_and_changes_those_with() -> None:
    async with PretendClio() as clio, clio_client(clio) as client:
        contact = clio.add_contact("Dana Reyes", "(415) 555-0142")
        url = f"/contacts/{contact['id']}.json?fields=etag,phone_numbers{{id,number}}"
        added = {"phone_numbers": [{"name": "Work", "number": "(415) 555-0143"}]}
        first = (await client.patch(url, json={"data": added})).json()["data"]
        assert len(first["phone_numbers"]) == 2
        change = {"phone_numbers": [{"id": first["phone_numbers"][0]["id"], "number": "(415) 555-0144"}]}
        stale = await client.patch(url, json={"data": change}, headers={"If-Match": '"old"'})
        assert stale.status_code == 412
        second = (await client.patch(url, json={"data": change}, headers={"If-Match": first["etag"]})).json()
        numbers = [phone["number"] for phone in second["data"]["phone_numbers"]]
        assert numbers == ["(415) 555-0144", "(415) 555-0143"]


@played
async def test_a_task_has_a_day_and_no_clock_time_and_is_found_by_its_words() -> None:
    async with PretendClio() as clio, clio_client(clio) as client:
        data = {
            "name": "Call back",
            "description": "[mcdesk:6f0c1f0e]",
            "due_at": "2026-11-20T16:57:00-05:00",
            "assignee": {"id": clio.users[0]["id"], "type": "User"},
        }
        assert (await client.post("/tasks.json", json={"data": data})).status_code == 201
        query = {"query": "mcdesk:6f0c1f0e", "fields": "name,due_at,status"}
        (task,) = (await client.get("/tasks.json", params=query)).json()["data"]
        assert task == {"name": "Call back", "due_at": "2026-11-20", "status": "pending"}


@played
async def test_the_limit_is_told_on_every_answer_and_ends_in_429() -> None:
    async with PretendClio(per_minute=2) as clio, clio_client(clio) as client:
        answers = [await client.get("/users.json") for _ in range(5)]
        assert answers[0].headers["x-ratelimit-limit"] == "2"
        # a minute may begin in the middle; within five requests two follow a used-up one all the same
        refused = [answer for answer in answers if answer.status_code == 429]
        assert refused
        assert int(refused[0].headers["retry-after"]) >= 1


@played
async def test_what_the_user_may_not_touch_is_403_and_what_is_not_there_404() -> None:
    async with PretendClio() as clio, clio_client(clio) as client:
        clio.forbidden.add("tasks")
        assert (await client.get("/tasks.json")).status_code == 403
        assert (await client.get("/contacts/1.json")).status_code == 404
        assert (await client.get("/users.json", headers={"X-API-VERSION": "3"})).status_code == 410
