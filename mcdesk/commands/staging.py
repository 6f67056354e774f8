"""The demo's throw-away office beside its pretend companies.

Must not: show anything, or send anything off this PC.
"""

import asyncio
import os
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from mcdesk import app
from mcdesk.commands import logs
from mcdesk.ports.provider import Tokens
from mcdesk.simulator import InThread, PretendOffice, run_in_thread
from mcdesk.store.tokens import StoredTokens

CONFIGURATION = """\
[office]
name = "Rivera & Cole"
timezone = "America/Los_Angeles"
profession = "law"
booking_link = "https://riveracole.example/book"

[office.hours]
monday = ["08:30-17:30"]
tuesday = ["08:30-17:30"]
wednesday = ["08:30-17:30"]
thursday = ["08:30-17:30"]
friday = ["08:30-16:00"]

[[lines]]
number = "+14155550100"
label = "Main line"
practice_area = "personal injury"
calls = "twilio"
texts = "twilio"
text_from = "+14155550100"
sequence = "law-4-24-72"

[connections.twilio]
provider = "twilio"
account_sid = "{account_sid}"
base_url = "{twilio}"
lookup_url = "{twilio}"
poll_seconds = 5
ring = "+14155550111"
voicemail = "on"
line_type_lookup = "on"

[connections.clio]
provider = "clio"
client_id = "{client_id}"
base_url = "{clio}"
"""


@dataclass(frozen=True)
class Stage:
    """A throw-away office beside its pretend companies."""

    folder: Path
    pretend: InThread[PretendOffice]
    speed: float
    #: Kept in memory alone: what it seals is thrown away with it.
    key: bytes

    def open_place(self) -> app.Place:
        """The office's data, configured and signed in."""
        office = self.pretend.company
        place = app.open_place(self.folder, speed=self.speed, key=self.key)
        place.vault.set("twilio", "auth_token", office.twilio.account.auth_token)
        place.vault.set("clio", "client_secret", office.clio.sign_in.client_secret)
        asyncio.run(_sign_in(place, self.pretend.ask(office.clio.issue_token)))
        source = CONFIGURATION.format(
            account_sid=office.twilio.account.sid,
            twilio=office.twilio.url,
            clio=office.clio.url,
            client_id=office.clio.sign_in.client_id,
        )
        app.apply_configuration(place, source, by="demo")
        app.refuse_speed(place, app.current_office(place), self.speed)
        return place

    def open_lines(self, running: app.Running) -> None:
        """Calls are reported to the engine from now on, and people begin to call."""
        office = self.pretend.company
        office.twilio.point_hooks_at(running.hooks["twilio"])
        self.pretend.run(office.open_lines)

    def close_lines(self) -> None:
        self.pretend.run(self.pretend.company.close_lines)

    def counts(self) -> Mapping[str, int]:
        """What the companies counted."""
        return self.pretend.ask(self.pretend.company.counts)


async def _sign_in(place: app.Place, token: Mapping[str, object]) -> None:
    tokens = Tokens(
        access=str(token["access_token"]),
        refresh=str(token["refresh_token"]),
        expires_at=datetime.now(UTC) + timedelta(days=7),
    )
    await StoredTokens(place.vault, place.database, "clio", "demo").save(tokens)


@contextmanager
def stage(*, speed: float, pace: float, on_event: Callable[[str, str], None]) -> Iterator[Stage]:
    """The pretend companies, until the block ends; the office's data is deleted then."""
    # a rehearsal's callers hurry as its clock does, or each call would last for hours
    pretend = PretendOffice(speed=speed, pace=pace * max(1.0, speed), on_event=on_event)
    with (
        tempfile.TemporaryDirectory(prefix="mcdesk-demo-", ignore_cleanup_errors=True) as folder,
        run_in_thread(pretend) as thread,
    ):
        thread.company.clio.add_contact("Dana Reyes", "(415) 555-0142")
        try:
            yield Stage(Path(folder), thread, speed, os.urandom(32))
        finally:
            logs.end()
