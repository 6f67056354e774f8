"""What there is to judge a history by: the companies' own records first, then the office's rows.

Must not: judge.
"""

from dataclasses import dataclass
from datetime import datetime

from mcdesk.simulator import SentHook
from mcdesk.simulator.twilio.ledger import Call, Message
from tests.faults.database import Row, instant
from tests.faults.scene import Acted, Scene
from tests.faults.shared_clock import SharedClock

CrmRecord = dict[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Everything is as it was at the end of the history."""

    clock: SharedClock
    skews: frozenset[float]
    #: Real times of jumps during which a text was on its way.
    excused: tuple[float, ...]
    broken_engines: tuple[str, ...]
    sound: str
    acted: tuple[Acted, ...]
    # the phone company's own
    texts: tuple[Message, ...]
    replies: tuple[Message, ...]
    calls: tuple[Call, ...]
    answered: frozenset[str]
    hooks: tuple[SentHook, ...]
    # the CRM's own
    contacts: tuple[CrmRecord, ...]
    notes: tuple[CrmRecord, ...]
    tasks: tuple[CrmRecord, ...]
    communications: tuple[CrmRecord, ...]
    # the office's rows
    installation: str
    leads: dict[int, Row]
    messages: tuple[Row, ...]
    call_rows: dict[str, Row]
    jobs: tuple[Row, ...]
    hook_rows: tuple[Row, ...]
    happenings: tuple[Row, ...]
    alerts: tuple[Row, ...]
    numbers: dict[int, str | None]

    def asked(self, text: Message) -> float:
        """When the text was asked for, real seconds since 1970."""
        return (text.asked or text.created).timestamp()

    def felt(self, real: datetime) -> datetime:
        """The office's time then, if its clock was right."""
        return self.clock.felt(real)

    def row_of(self, text: Message) -> Row | None:
        """The office's row of a text the company took; None where the office knows of none."""
        return next((row for row in self.messages if row["message_id"] == text.sid), None)

    def heard(self, sid: str) -> float | None:
        """When the office had said 200 to the hook about a text; None: never."""
        times = [
            hook.at.timestamp()
            for hook in self.hooks
            if hook.status == 200
            and dict(hook.fields).get("MessageSid") == sid
            and "Body" in dict(hook.fields)
        ]
        return min(times, default=None)


def gathered(scene: Scene) -> Evidence:
    twilio, clio, rows = scene.twilio, scene.clio, scene.rows
    company, crm = twilio.company, clio.company
    return Evidence(
        clock=scene.clock,
        skews=frozenset(scene.skews),
        excused=tuple(scene.excused),
        broken_engines=tuple(scene.deaths),
        sound=rows.sound(),
        acted=tuple(scene.acted),
        texts=tuple(twilio.ask(company.texts)),
        replies=tuple(twilio.ask(company.replies)),
        calls=tuple(twilio.ask(company.calls)),
        answered=twilio.ask(
            lambda: frozenset(call.sid for call in company.calls() if company.ledger.answered(call))
        ),
        hooks=tuple(twilio.ask(lambda: list(company.hooks))),
        contacts=tuple(clio.ask(lambda: crm.contacts)),
        notes=tuple(clio.ask(lambda: crm.notes)),
        tasks=tuple(clio.ask(lambda: crm.tasks)),
        communications=tuple(clio.ask(lambda: crm.communications)),
        installation=_installation(rows.ask("SELECT name, value FROM facts")),
        leads={row["id"]: row for row in rows.ask("SELECT * FROM leads")},
        messages=tuple(rows.ask("SELECT * FROM messages ORDER BY id")),
        call_rows={row["call_id"]: row for row in rows.ask("SELECT * FROM calls")},
        jobs=tuple(rows.ask("SELECT * FROM jobs ORDER BY id")),
        hook_rows=tuple(rows.ask("SELECT * FROM hooks ORDER BY id")),
        happenings=tuple(rows.ask("SELECT * FROM happenings ORDER BY id")),
        alerts=tuple(rows.ask("SELECT * FROM alerts")),
        numbers={row["id"]: row["number"] for row in rows.ask("SELECT id, number FROM contacts")},
    )


def _installation(facts: list[Row]) -> str:
    return next((str(fact["value"]) for fact in facts if "installation" in fact["name"]), "")


def real_seconds(evidence: Evidence, written: int) -> float:
    """When the office wrote a row, on the companies' clock."""
    at = instant(written)
    assert at is not None
    return evidence.clock.at_providers(at).timestamp()
