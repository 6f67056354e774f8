"""The verbs of a CRM, as requests to Clio.

Must not: know tokens, limits or status codes (`api` does).
"""

import asyncio
from datetime import UTC, datetime, timedelta

from mcdesk.domain.numbers import Number
from mcdesk.ports.crm import ContactDetails, Crm, CrmContact, Entry, TaskEntry
from mcdesk.ports.provider import Check, Refused, Setup, Unreachable, Unsure
from mcdesk.ports.signin import SignsIn
from mcdesk.providers.clio import bodies, self_test
from mcdesk.providers.clio.api import Api, Record, identity, parts, text
from mcdesk.providers.clio.options import FIELDS, Options
from mcdesk.providers.clio.phones import is_among, is_only_a_number, renderings
from mcdesk.wire.oauth import App, OAuth

CONTACT_FIELDS = "id,name,type,is_client,primary_phone_number,phone_numbers{number}"
#: How much earlier than our clock says a record may have been made.
CLOCK_MARGIN = timedelta(days=1)


class Clio(Crm, SignsIn):
    """A firm's Clio Manage account."""

    name = "clio"
    title = "Clio Manage"
    fields = FIELDS

    def __init__(self, setup: Setup) -> None:
        super().__init__(setup)
        self._options = Options.read(setup.settings)
        self.redirect_port = self._options.redirect_port
        self._oauth = OAuth(_app(self._options, connection=setup.connection), setup.tokens)
        self._api = Api(self._options.host, oauth=self._oauth)
        self._searching = asyncio.Lock()

    async def close(self) -> None:
        await self._oauth.close()
        await self._api.close()

    def authorize_url(self, *, redirect: str, state: str) -> str:
        return self._oauth.authorize_url(redirect=redirect, state=state)

    async def finish_sign_in(self, *, code: str, redirect: str) -> None:
        await self._oauth.finish(code=code, redirect=redirect)

    async def check(self) -> list[Check]:
        return await self_test.run(self._api, self._options)

    async def find_contacts(self, number: Number) -> list[CrmContact]:
        # One at a time: several searches would share out the minute's requests so that none gets to its end.
        found: dict[str, CrmContact] = {}
        async with self._searching:
            # All of them even after a hit: a second person may have the number, and a wrong pick is a breach.
            for rendering in renderings(number):
                found |= {each.id: each for each in await self._search(rendering, number)}
        return list(found.values())

    async def create_contact(self, details: ContactDetails) -> CrmContact:
        made = await self._api.create("contacts.json", bodies.contact(details), fields="id,name")
        return self._contact(made, identity(made, Unsure))

    async def rename_contact(self, contact_id: str, name: str) -> None:
        path = f"contacts/{_whole(contact_id)}.json"
        known = await self._api.get(path, {"fields": "id,name"})
        # somebody at the firm may have been quicker, and knows better
        if name.strip() and is_only_a_number(text(known, "name")):
            await self._api.change(path, bodies.renamed(name))

    async def log_call(self, entry: Entry) -> str:
        _whole(entry.contact_id)
        made = await self._api.create(
            "communications.json", bodies.call(entry, receiver=self._options.assignee)
        )
        return identity(made, Unsure)

    async def find_call(self, entry: Entry) -> str | None:
        params = {
            "external_property_name": bodies.KEY_PROPERTY,
            "external_property_value": entry.key,
            "fields": "id,external_properties{name,value}",
        }
        async for record in self._api.pages("communications.json", params):
            if any(_is_ours(each, entry.key) for each in parts(record, "external_properties")):
                return identity(record, Unreachable)
        return None

    async def write_note(self, entry: Entry) -> str:
        _whole(entry.contact_id)
        return identity(await self._api.create("notes.json", bodies.note(entry)), Unsure)

    async def find_note(self, entry: Entry) -> str | None:
        params = {"type": "Contact", "contact_id": str(_whole(entry.contact_id)), "fields": "id,detail"}
        return await self._find_marked("notes.json", params, entry, where="detail")

    async def create_task(self, task: TaskEntry) -> str:
        body = bodies.task(
            task, assignee=await self._assignee(), contact_url=self._contact_url(str(_whole(task.contact_id)))
        )
        return identity(await self._api.create("tasks.json", body), Unsure)

    async def find_task(self, task: TaskEntry) -> str | None:
        return await self._find_marked("tasks.json", {"fields": "id,description"}, task, where="description")

    async def _find_marked(
        self, path: str, params: dict[str, str], entry: Entry, *, where: str
    ) -> str | None:
        # By time, not by `query`: how Clio splits a marker into words is nowhere said; a miss writes twice.
        since = min(entry.at, datetime.now(UTC)) - CLOCK_MARGIN
        params = {
            **params,
            "created_since": since.astimezone(UTC).isoformat(timespec="seconds"),
            "order": "id(desc)",
        }
        marker = bodies.marker(entry.key)
        async for record in self._api.pages(path, params):
            if marker in text(record, where):
                return identity(record, Unreachable)
        return None

    async def _search(self, rendering: str, number: Number) -> list[CrmContact]:
        found: dict[str, CrmContact] = {}
        params = {"query": rendering, "fields": CONTACT_FIELDS}
        async for record in self._api.pages("contacts.json", params):
            numbers = [text(each, "number") for each in parts(record, "phone_numbers")]
            if is_among(number, [*numbers, text(record, "primary_phone_number")]):
                contact = self._contact(record, identity(record, Unreachable))
                found.setdefault(contact.id, contact)
        return list(found.values())

    async def _assignee(self) -> int:
        if self._options.assignee is not None:
            return self._options.assignee
        return _whole(identity(await self._api.get("users/who_am_i.json", {"fields": "id"}), Unreachable))

    def _contact(self, record: Record, contact_id: str) -> CrmContact:
        return CrmContact(
            id=contact_id,
            name=text(record, "name"),
            url=self._contact_url(contact_id),
            is_client=record.get("is_client") is True,
        )

    def _contact_url(self, contact_id: str) -> str:
        return f"{self._options.host}/nc/#/contacts/{contact_id}"


def _app(options: Options, *, connection: str) -> App:
    return App(
        company="Clio",
        connection=connection,
        client_id=options.client_id,
        client_secret=options.client_secret,
        authorize_url=f"{options.host}/oauth/authorize",
        token_url=f"{options.host}/oauth/token",
        # Clio documents no PKCE. Without the extra word a "no" would end on a page of Clio's.
        pkce=False,
        extra={"redirect_on_decline": "true"},
    )


def _whole(clio_id: str) -> int:
    if not clio_id.isdecimal():
        raise Refused("This record was not made by Clio. Look the contact up again.")
    return int(clio_id)


def _is_ours(external_property: Record, key: str) -> bool:
    return external_property.get("name") == bodies.KEY_PROPERTY and external_property.get("value") == key
