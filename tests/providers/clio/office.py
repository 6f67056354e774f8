"""A firm on the pretend Clio, and desks of it that share one sign-in.

Must not: hold tests.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from mcdesk.domain.numbers import Number
from mcdesk.ports.crm import ContactDetails, Entry, TaskEntry
from mcdesk.ports.provider import Setup, Tokens
from mcdesk.providers.clio import Clio
from mcdesk.simulator import PretendClio
from tests.wire.token_rows import Row, RowStore

CALLER = Number("+14155550142")
PACIFIC = "America/Los_Angeles"
CALLED_AT = datetime(2026, 11, 20, 16, 42, tzinfo=ZoneInfo(PACIFIC))


@dataclass
class Office:
    """One firm. `row` holds its tokens; every desk made reads the same row."""

    pretend: PretendClio
    row: Row = field(default_factory=Row)
    desks: list[Clio] = field(default_factory=list)

    def desk(self, **settings: str) -> Clio:
        defaults = {each.name: each.default for each in Clio.fields}
        app = self.pretend.sign_in
        ours = {"client_id": app.client_id, "client_secret": app.client_secret, "base_url": self.pretend.url}
        made = Clio(
            Setup(connection="clio", settings={**defaults, **ours, **settings}, tokens=RowStore(self.row))
        )
        self.desks.append(made)
        return made

    def sign_in(self, *, lasts: timedelta = timedelta(days=30)) -> Tokens:
        """Tokens as a sign-in would have left them; Clio takes them whatever `lasts` makes us believe."""
        given = self.pretend.issue_token()
        self.row.tokens = Tokens(
            access=str(given["access_token"]),
            refresh=str(given["refresh_token"]),
            expires_at=datetime.now(UTC) + lasts,
        )
        return self.row.tokens

    def contact(self, name: str, *phones: str, kind: str = "Person") -> str:
        """A contact the firm typed in; its id."""
        return str(self.pretend.add_contact(name, *phones, kind=kind)["id"])

    def asked(self, method: str = "", path: str = "") -> list[str]:
        return [f"{each.method} {each.path}" for each in self.pretend.requests(method=method, path=path)]

    @property
    def refreshes(self) -> int:
        return len(self.asked("POST", "/oauth/token"))

    async def close(self) -> None:
        for desk in self.desks:
            await desk.close()


def caller(name: str | None = None) -> ContactDetails:
    return ContactDetails(number=CALLER, name=name, source="Missed call, Main line")


def entry(contact_id: str, *, key: str = "call-1", body: str = "Rang 24 s, no voicemail.") -> Entry:
    return Entry(key=key, contact_id=contact_id, subject="Missed call", body=body, at=CALLED_AT)


def task(contact_id: str, *, key: str = "task-1", timezone: str = PACIFIC, urgent: bool = False) -> TaskEntry:
    return TaskEntry(
        key=key,
        contact_id=contact_id,
        subject="Call back (415) 555-0142",
        body="Missed call 16:42, no reply to two texts.",
        at=CALLED_AT,
        due=CALLED_AT + timedelta(minutes=15),
        timezone=timezone,
        urgent=urgent,
    )


def only(records: Iterable[dict[str, object]]) -> dict[str, object]:
    (record,) = records
    return record
