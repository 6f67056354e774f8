"""PretendClio: the CRM as tests and demos hold it: its firm's people, what was written, its moods.
The work is in the modules beside it; this is the front."""

from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Self

from starlette.applications import Starlette

from mcdesk.simulator.clio.errors import error_body
from mcdesk.simulator.clio.kinds import Kind
from mcdesk.simulator.clio.oauth import SignIn
from mcdesk.simulator.clio.records import Records
from mcdesk.simulator.clio.routes import Limit, Routes
from mcdesk.simulator.control import control_routes
from mcdesk.simulator.events import OnEvent, unheard
from mcdesk.simulator.faults import Faults
from mcdesk.simulator.recorder import RecordedRequest
from mcdesk.simulator.server import PretendServer

CLIENT_ID = "pretend-client-id"
CLIENT_SECRET = "pretend-client-secret"

Json = dict[str, object]


class PretendClio:
    """A CRM on one loopback port; use as `async with PretendClio() as clio`."""

    def __init__(
        self,
        *,
        port: int = 0,
        client_id: str = CLIENT_ID,
        client_secret: str = CLIENT_SECRET,
        access_seconds: float = 2_592_000.0,
        per_minute: int | None = None,
        on_event: OnEvent = unheard,
    ) -> None:
        self._on_event = on_event
        self.records = Records()
        self.sign_in = SignIn(client_id, client_secret, on_event, access_seconds)
        #: requests a minute per token; None: no limit
        self.limit = Limit(per_minute)
        #: plurals (say "tasks") the signed-in user may not touch: 403
        self.forbidden: set[str] = set()
        #: what `count` answers; an office that knows more than this company sets its own
        self.counting: Callable[[], Mapping[str, int]] = self._own_count
        self._set_up_firm()
        self._server = PretendServer(self._app(), port=port, error_body=error_body)

    def _app(self) -> Starlette:
        routes = Routes(
            self.records, self.sign_in, self.limit, self.forbidden, lambda: self.users[0], self._stored
        )
        return Starlette(routes=[*control_routes(self), *self.sign_in.routes(), *routes.all()])

    async def __aenter__(self) -> Self:
        await self._server.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._server.stop()

    # What it is

    @property
    def url(self) -> str:
        """The address to give as base_url; sign-in and /api/v4 are below it."""
        return self._server.url

    @property
    def faults(self) -> Faults:
        return self._server.faults

    @property
    def held_up(self) -> int:
        """How many requests a fault holds up before their work is done."""
        return self._server.held_up

    def refuse(self, seconds: float) -> None:
        """Nobody listens for a while: connections are refused."""
        self._server.refuse(seconds)

    def requests(self, *, method: str = "", path: str = "") -> list[RecordedRequest]:
        return self._server.recorder.requests(method=method, path=path)

    def reset(self) -> None:
        """Forgets what was written; the firm's users, calendars and fields stay, and so do tokens."""
        self.records.forget(("contacts", "notes", "communications", "tasks", "calendar_entries"))
        self.faults.clear()
        self._server.recorder.clear()

    def issue_token(self) -> Mapping[str, object]:
        """A token answer without walking through the sign-in: access_token, refresh_token, expires_in."""
        return self.sign_in.issue()

    # What the firm has

    def add_contact(self, name: str, *phones: str, kind: str = "Person", is_client: bool = False) -> Json:
        """A contact typed in by the firm, phone numbers exactly as written."""
        first, _, last = name.partition(" ")
        numbers = [
            {"name": "Mobile", "number": phone, "default_number": i == 0} for i, phone in enumerate(phones)
        ]
        return self.records.put("contacts", {"type": kind, "name": name, "first_name": first,
                                             "last_name": last, "is_client": is_client,
                                             "phone_numbers": numbers})  # fmt: skip

    @property
    def users(self) -> list[Json]:
        return self.records.all("users")

    @property
    def contacts(self) -> list[Json]:
        return self.records.all("contacts")

    @property
    def notes(self) -> list[Json]:
        return self.records.all("notes")

    @property
    def communications(self) -> list[Json]:
        return self.records.all("communications")

    @property
    def tasks(self) -> list[Json]:
        return self.records.all("tasks")

    @property
    def calendar_entries(self) -> list[Json]:
        return self.records.all("calendar_entries")

    def count(self) -> Mapping[str, int]:
        return self.counting()

    def _own_count(self) -> Mapping[str, int]:
        return {"crm_notes": len(self.notes), "contacts": len(self.contacts), "tasks": len(self.tasks)}

    def _set_up_firm(self) -> None:
        self._set_up_user("Front", "Desk", role="NonAttorney")
        self._set_up_user("Attorney", "One", role="Attorney")
        options = [{"id": 501 + i, "option": option} for i, option in enumerate(("Missed call", "Referral"))]
        field: Json = {"name": "Lead source", "parent_type": "Contact", "field_type": "picklist"}
        self.records.put("custom_fields", {**field, "deleted": False, "picklist_options": options})

    def _set_up_user(self, first: str, last: str, *, role: str) -> None:
        """A person of the firm and their calendar, whose id is another one."""
        name, mail = f"{first} {last}", f"{first}.{last}@example.com".lower()
        user = self.records.put(
            "users",
            {
                "name": name,
                "first_name": first,
                "last_name": last,
                "email": mail,
                "enabled": True,
                "subscription_type": role,
                "time_zone": "America/Los_Angeles",
            },
        )
        calendar: Json = {"name": name, "type": "UserCalendar", "permission": "owner", "visible": True}
        user["default_calendar_id"] = self.records.put("calendars", {**calendar, "color": "#009CEC"})["id"]

    def _stored(self, kind: Kind, record: Json, created: bool) -> None:
        what = record.get("subject") or record.get("summary") or record.get("name") or record.get("detail")
        done = "new" if created else "changed"
        self._on_event("crm", f"Clio: {done} {kind.one.replace('_', ' ')}: {what}")
