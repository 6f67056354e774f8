"""The rows and messages of the pictures: Rivera & Cole on a Monday at 10:32."""

from datetime import datetime, timedelta

from mcdesk.domain.events import DeliveryStatus
from mcdesk.domain.leads import Stage
from mcdesk.domain.numbers import Number
from mcdesk.domain.queue import Alert, ConnectionHealth, Item, ItemKind, Next, NextWhat, QueueRow
from tests.ui.rehearsed import NOW, RehearsedDesk

MAIN = Number("+12125550100")
ANA, JAMES, UNKNOWN, LUCIA, MARCUS, GRACE, DANA, LATER, ROBERT = range(1, 10)

QUIET = "Quiet hours where they may be: the federal rule allows texts from 8 am to 8:59 pm, Pacific time."

#: Area codes whose 555-01xx numbers belong to nobody; a hundred each.
AREA_CODES = ("212", "347", "617", "929", "646", "718", "213", "516", "415", "312")


def number_of(lead: int) -> str:
    """A pretend number for each of the first thousand leads."""
    return f"+1{AREA_CODES[lead // 100]}55501{lead % 100:02d}"


def ago(minutes: float) -> datetime:
    return NOW - timedelta(minutes=minutes)


def ahead(minutes: float) -> datetime:
    return NOW + timedelta(minutes=minutes)


def timed(what: NextWhat, minutes: float) -> Next:
    """An escalation that ends in so many minutes and turned amber ten before."""
    return Next(what, ahead(minutes), amber_at=ahead(minutes - 10))


def row(
    lead: int,
    name: str | None,
    number: str,
    *,
    stage: Stage,
    step: Next,
    preview: str,
    area: str,
    minutes_ago: float = 20,
    theirs: bool = False,
    unread: int = 0,
    owner: str | None = None,
    calls: int = 1,
    after_hours: bool = False,
    language: str = "en",
    status: DeliveryStatus | None = DeliveryStatus.DELIVERED,
    opted_out: bool = False,
    disposition: str | None = None,
) -> QueueRow:
    return QueueRow(
        lead=lead,
        number=Number(number),
        name=name,
        line=MAIN,
        line_label="Main",
        practice_area=area,
        stage=stage,
        unread=unread,
        owner=owner,
        calls=calls,
        opened_at=ago(minutes_ago + 1),
        last_at=ago(minutes_ago),
        preview=preview,
        preview_is_theirs=theirs,
        next=step,
        last_text_status=status,
        after_hours=after_hours,
        language=language,
        opted_out=opted_out,
        disposition=disposition,
    )


def sample_rows() -> list[QueueRow]:
    """What the pictures show."""
    return [
        row(
            ANA,
            "Ana Díaz",
            "+13475550117",
            stage=Stage.NEEDS_REPLY,
            step=timed(NextWhat.REPLY, -2.4),
            preview="I was in an accident on Friday. Can someone call me this morning?",
            area="personal injury",
            minutes_ago=18,
            theirs=True,
            unread=2,
            owner="Maria Reyes",
        ),
        row(
            JAMES,
            "James Okafor",
            "+17185550133",
            stage=Stage.NEEDS_REPLY,
            step=timed(NextWhat.REPLY, 1.33),
            preview="URGENT my brother was arrested last night",
            area="criminal defense",
            minutes_ago=4,
            theirs=True,
            unread=1,
            owner="Sam Cole",
        ),
        row(
            UNKNOWN,
            None,
            "+16175550142",
            stage=Stage.CALL_NOW,
            step=timed(NextWhat.CALL, 2.85),
            preview="Called 10:11, 10:15 and 10:19. Texted once, no answer yet",
            area="",
            minutes_ago=13,
            calls=3,
        ),
        row(
            LUCIA,
            "Lucía Fernández",
            "+19295550161",
            stage=Stage.NEEDS_REPLY,
            step=timed(NextWhat.REPLY, 11.2),
            preview="¿Me pueden llamar después de las once?",
            area="immigration",
            minutes_ago=4,
            theirs=True,
            unread=1,
            language="es",
        ),
        row(
            MARCUS,
            "Marcus Webb",
            "+16465550108",
            stage=Stage.NEEDS_REPLY,
            step=timed(NextWhat.REPLY, 13.67),
            preview="Mornings are best, thank you.",
            area="estate planning",
            minutes_ago=1,
            theirs=True,
            owner="Priya Nair",
            after_hours=True,
        ),
        row(
            GRACE,
            "Grace Kim",
            "+12125550173",
            stage=Stage.CALL_NOW,
            step=Next(NextWhat.CALL, ahead(88)),
            preview="Left voicemail 9:58. Second of three tries.",
            area="family law",
            minutes_ago=34,
            owner="Maria Reyes",
        ),
        row(
            DANA,
            "Dana Whitfield",
            "+15165550199",
            stage=Stage.WAITING,
            step=Next(NextWhat.TEXT, ahead(227), ordinal=2),
            preview="Texted 10:19, delivered. No answer yet.",
            area="family law",
            minutes_ago=13,
        ),
        row(
            LATER,
            None,
            "+12135550177",
            stage=Stage.WAITING,
            step=Next(NextWhat.HELD, ahead(28), why=QUIET),
            preview="Texted 10:04, delivered. Follow-up text waits.",
            area="personal injury",
            minutes_ago=28,
        ),
        row(
            ROBERT,
            "Robert Lindqvist",
            "+12125550155",
            stage=Stage.ANSWERED,
            step=Next(NextWhat.NOTHING),
            preview="Wants to talk after Monday’s hearing.",
            area="criminal defense",
            minutes_ago=60,
            owner="Maria Reyes",
        ),
        row(
            20,
            "Jon Park",
            "+12125550120",
            stage=Stage.BOOKED,
            step=Next(NextWhat.NOTHING),
            preview="Consultation Tuesday 11:30 am",
            area="family law",
            minutes_ago=90,
            owner="Maria Reyes",
        ),
        row(
            21,
            "Old Lead",
            "+12125550121",
            stage=Stage.CLOSED,
            step=Next(NextWhat.NOTHING),
            preview="Thank you!",
            area="family law",
            minutes_ago=900,
            disposition="retained",
        ),
    ]


def sample_items() -> tuple[Item, ...]:
    """Ana's conversation."""
    return (
        Item(
            id="call:1",
            kind=ItemKind.CALL,
            at=ago(21.1),
            text="Missed call to Main line, rang 24 s, no voicemail",
        ),
        Item(
            id="message:1",
            kind=ItemKind.TEXT_OUT,
            at=ago(20.9),
            automatic=True,
            status=DeliveryStatus.DELIVERED,
            status_at=ago(20.8),
            text="Rivera & Cole: Sorry we missed your call. Text a good time or book: "
            "riveracole.example/call Reply STOP to opt out, HELP for help.",
        ),
        Item(
            id="event:1", kind=ItemKind.EVENT, at=ago(20.7), text="Saved to Clio as a new contact, call noted"
        ),
        Item(
            id="message:2",
            kind=ItemKind.TEXT_IN,
            at=ago(18.5),
            text="I was in an accident on Friday. Can someone call me this morning?",
        ),
        Item(id="message:3", kind=ItemKind.TEXT_IN, at=ago(18), text="Before 11 is best, I go to work after"),
        Item(id="event:2", kind=ItemKind.EVENT, at=ago(17.9), text="Second text not sent: they replied."),
        Item(
            id="note:1",
            kind=ItemKind.NOTE,
            at=ago(14),
            author="Maria",
            text="@Sam Cole no match in Clio. Can you take a new injury matter today?",
        ),
    )


def troubled_items() -> tuple[Item, ...]:
    """The same with texts in every state of delivery."""

    def out(number: int, minutes: float, text: str, status: DeliveryStatus | None, why: str = "") -> Item:
        return Item(
            id=f"message:{number}",
            kind=ItemKind.TEXT_OUT,
            at=ago(minutes),
            text=text,
            author="Maria",
            status=status,
            status_at=ago(minutes),
            why=why,
        )

    return (
        *sample_items(),
        out(10, 9, "Hi Ana, this is Maria at Rivera & Cole.", DeliveryStatus.SENT),
        out(11, 8, "A lawyer can call you at 10:45.", DeliveryStatus.ACCEPTED),
        out(
            12,
            7,
            "Does that work?",
            DeliveryStatus.FAILED,
            "the number cannot receive texts. Call instead; code 30006, landline or unreachable carrier.",
        ),
        out(
            13, 1, "Hi Ana, a lawyer can call you at 10:45. Does that work?", None, "waits for Twilio sign-in"
        ),
    )


def sample_alerts() -> dict[int, Alert]:
    return {
        1: Alert(
            id=1,
            at=ago(18),
            lead=ANA,
            kind="reply",
            title="New reply",
            text="Ana Díaz wrote back.",
            owner="Maria Reyes",
            read_at=None,
        ),
        2: Alert(
            id=2,
            at=ago(4),
            lead=LUCIA,
            kind="reply",
            title="New reply",
            text="Lucía Fernández wrote back.",
            owner=None,
            read_at=None,
        ),
    }


REFUSED = ConnectionHealth(
    name="twilio",
    title="Twilio",
    ok=False,
    sentence="Twilio refuses our sign-in since 10:24. Sign in again; calls missed since then show up then.",
    wants_sign_in=True,
    last_success_at=ago(8),
)
WELL = ConnectionHealth(
    name="clio", title="Clio", ok=True, sentence="Clio is connected.", last_success_at=ago(1)
)


def sample_desk() -> RehearsedDesk:
    """The office of the pictures."""
    rows = {each.lead: each for each in sample_rows()}
    return RehearsedDesk(
        leads=rows, items={ANA: sample_items()}, unread_alerts=sample_alerts(), connections=(WELL,)
    )
