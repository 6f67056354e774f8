"""What the one gate costs: microseconds for each `policy.may_text`.

Must not: measure the looking up of facts; that is part of every text's way and measured there.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from time import perf_counter

from mcdesk.domain.facts import Facts, Firm, History, Moment, Person, Sent, TextClass, Wording
from mcdesk.domain.numbers import Number
from mcdesk.domain.places import UNKNOWN_PLACE
from mcdesk.domain.policy import may_text
from mcdesk.domain.quiet_hours import FirmRule, Window
from tests.bench.figures import Figure
from tests.simulation.shipped import area_codes, quiet_hours

#: 9 pm in Los Angeles, midnight in New York, a Friday.
NIGHT = datetime(2026, 11, 21, 5, 0, tzinfo=UTC)
DAY = NIGHT + timedelta(hours=15)
NUMBER = Number("+14155550142")
ACK = Facts(
    wording=Wording(
        text_class=TextClass.ACK,
        body="Rivera & Cole: Sorry we missed your call. Reply STOP to opt out, HELP for help.",
    ),
    person=Person(number=NUMBER, place=area_codes().place(NUMBER)),
    history=History(call_at=DAY),
    firm=Firm(name="Rivera & Cole", quiet=quiet_hours()),
    moment=Moment(now=DAY),
)
FOLLOWUP = replace(
    ACK,
    wording=replace(ACK.wording, text_class=TextClass.FOLLOWUP),
    history=History(call_at=NIGHT - timedelta(hours=9), of_lead=1),
)
UNKNOWN = replace(FOLLOWUP, person=Person(number=Number("+12325550142"), place=UNKNOWN_PLACE))
ALASKA = Number("+19075550142")
EVERYWHERE = replace(FOLLOWUP, person=Person(number=ALASKA, place=area_codes().place(ALASKA, state="KY")))
#: Closed for nearly all of the days an opening is looked for.
BLOCKED = replace(UNKNOWN.firm, quiet=quiet_hours().of(FirmRule(blocked={"UNKNOWN": date(2026, 12, 3)})))
#: The first hour of the day in four zones: they never meet.
NEVER = replace(UNKNOWN.firm, quiet=quiet_hours().of(FirmRule(days=(Window(time(8), time(9)),) * 7)))
#: A call at night that waits for the hours: how long it is good for is looked up too.
HELD_FIRST = replace(
    ACK,
    person=EVERYWHERE.person,
    history=History(call_at=NIGHT),
    firm=replace(ACK.firm, holds_first_text=True),
    moment=Moment(now=NIGHT + timedelta(seconds=8)),
)
#: Two automatic texts and two others in the last day.
MANY = tuple(
    Sent(at=DAY - timedelta(hours=ago), text_class=text_class)
    for ago, text_class in (
        (20, TextClass.ACK), (12, TextClass.SERVICE), (9, TextClass.HELP), (5, TextClass.FOLLOWUP),
    )
)  # fmt: skip


def _held(firm: Firm) -> Facts:
    return replace(HELD_FIRST, person=UNKNOWN.person, firm=replace(firm, holds_first_text=True))


CASES = {
    "first text, sent": ACK,
    "follow-up by day, sent": FOLLOWUP,
    "follow-up at night, held": replace(FOLLOWUP, moment=Moment(now=NIGHT)),
    "follow-up at night, unknown place, held": replace(UNKNOWN, moment=Moment(now=NIGHT)),
    "follow-up, five zones, held": replace(EVERYWHERE, moment=Moment(now=NIGHT)),
    "follow-up, unknown place, held for 13 days": replace(UNKNOWN, firm=BLOCKED, moment=Moment(now=NIGHT)),
    "follow-up, unknown place, never open, refused": replace(UNKNOWN, firm=NEVER),
    "follow-up, capped, held": replace(FOLLOWUP, history=replace(FOLLOWUP.history, sent=MANY)),
    "first text at night, five zones, held": HELD_FIRST,
    "first text at night, unknown place, held": _held(UNKNOWN.firm),
    "first text, unknown place, never open, refused": _held(NEVER),
    "first text, state blocked, refused": _held(BLOCKED),
    "opted out, refused": replace(ACK, person=replace(ACK.person, opted_out=True)),
}
REPEATS = 5
#: The text itself takes milliseconds; the gate must not be felt.
MOST = 300


def measure(*, quick: bool) -> list[Figure]:
    """All figures of this part."""
    turns = 200 if quick else 2000
    return [
        Figure(
            what=f"may_text: {what}", measured=_best(partial(may_text, facts), turns), unit="µs", target=MOST
        )
        for what, facts in CASES.items()
    ]


def _best(work: Callable[[], object], turns: int) -> float:
    """The quickest of some repeats: what the work takes when nothing else disturbs it."""
    seconds = []
    for _ in range(REPEATS):
        began = perf_counter()
        for _ in range(turns):
            work()
        seconds.append(perf_counter() - began)
    return min(seconds) / turns * 1e6
