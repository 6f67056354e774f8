"""Plays one caller's story against the gate, the way an engine does: asked, held, asked again when due.

Must not: judge what comes of it (`checks` does).
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from functools import cache, partial
from heapq import heappop, heappush

from mcdesk.domain.facts import Facts, Firm, History, Moment, Person, Sent, TextClass, Wording
from mcdesk.domain.leads import EndReason
from mcdesk.domain.line_types import LineType
from mcdesk.domain.numbers import Number
from mcdesk.domain.policy import may_text
from mcdesk.domain.quiet_hours import FirmRule, Window
from tests.simulation.shipped import area_codes, quiet_hours
from tests.simulation.story import AUTOMATIC, Act, Caller, Day, Kind, Office, Story, Text

NAME = "Rivera & Cole"
BODY = f"{NAME}: Sorry we missed your call. Reply STOP to opt out."
#: More questions than this about one caller: something is held for ever.
MOST_QUESTIONS = 2000
#: Why a person's own choice keeps texts from a number, in the program's words.
WHY = "They asked for it."
ENDS = {
    "writes": EndReason.REPLIED,
    "typed": EndReason.TYPED,
    "closed": EndReason.CLOSED,
}


class HeldForEver(AssertionError):
    """A text was held until a moment that is not ahead, or again and again."""


@dataclass(slots=True)
class Lead:
    """One pursuit, as far as the gate asks about it."""

    id: int
    #: Of the last one nobody answered.
    call_at: datetime
    steps: list[timedelta]
    of_lead: int = 0
    ended: EndReason | None = None
    spoken_to: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A text on its way through the gate."""

    kind: Kind
    due: datetime
    lead: Lead
    wrote_at: datetime | None = None
    insists: bool = True


@dataclass(slots=True)
class Player:
    """One caller's office, as long as the story lasts."""

    story: Story
    firm: Firm
    person: Person
    lead: Lead
    opted_out: bool = False
    wrote_at: datetime | None = None
    _agenda: list[tuple[datetime, int, int, Callable[[datetime], None]]] = field(default_factory=list)
    _planned: int = 0

    def play(self) -> Story:
        for act in self.story.caller.acts:
            self._plan(act.at, 0, partial(self._happens, act))
        while self._agenda:
            at, _, _, work = heappop(self._agenda)
            work(at)
        return self.story

    def _plan(self, at: datetime, rank: int, work: Callable[[datetime], None]) -> None:
        """What people do comes before what the office does in the same second."""
        self._planned += 1
        heappush(self._agenda, (at, rank, self._planned, work))

    def _happens(self, act: Act, _: datetime) -> None:
        match act.does:
            case "calls":
                self._called(act)
            case "gets through":
                self.lead.spoken_to = True
            case "writes" | "closed":
                self.lead.ended = self.lead.ended or ENDS[act.does]
            case "typed":
                self.lead.ended = self.lead.ended or ENDS[act.does]
                self._want("service", act)
            case "asks for help":
                self._want("help", act)
            case "stops":
                self._stopped(act)
            case "opts in":
                self.opted_out = False
        if act.does in {"writes", "asks for help", "stops", "opts in"}:
            self.wrote_at = act.at

    def _stopped(self, act: Act) -> None:
        """Only what takes them out is confirmed, not each text that says so again."""
        is_news, self.opted_out, self.lead.ended = not self.opted_out, True, EndReason.OPTED_OUT
        for _ in range(is_news * (1 + act.twice)):
            self._want("optout-confirm", act)

    def _called(self, act: Act) -> None:
        if self.lead.ended is None:
            self.lead.call_at, self.lead.spoken_to = act.at, False
        else:
            self.lead = Lead(self.lead.id + 1, act.at, list(self.story.caller.office.steps))
        self._want("ack", act)

    def _want(self, kind: Kind, act: Act) -> None:
        wrote_at = self.wrote_at if kind == "service" else act.at if kind != "ack" else None
        wanted = Wanted(
            kind=kind,
            due=act.at + act.delay,
            lead=self.lead,
            wrote_at=wrote_at,
            insists=act.insists,
        )
        self._plan(wanted.due, 1, partial(self._judge, wanted))

    def _judge(self, wanted: Wanted, at: datetime) -> None:
        off = self._clock_off(at)
        decision = may_text(self._facts(wanted, at, off))
        self.story.questions += 1
        text = self._text(wanted, at, asked=bool(decision.ask), not_after=decision.not_after)
        match decision.answer:
            case "hold":
                until = decision.until - off if decision.until is not None else None
                if until is None or until <= at or self.story.questions > MOST_QUESTIONS:
                    raise HeldForEver(f"{wanted.kind} at {at} until {until}: {decision.why[0]}")
                self.story.held.append(replace(text, until=until))
                self._plan(until, 1, partial(self._judge, wanted))
            case "no":
                self.story.refused.append(replace(text, why=decision.why[0]))
                self._refused(wanted)
            case "send" if decision.ask and not wanted.insists:
                self.story.refused.append(replace(text, why="not insisted"))
            case "send":
                self.story.sent.append(replace(text, good_until=decision.good_until))
                self._sent(wanted, at)

    def _clock_off(self, at: datetime) -> timedelta:
        wrong = self.story.caller.hindered("clock wrong", at)
        return wrong.off if wrong is not None else timedelta(0)

    def _refused(self, wanted: Wanted) -> None:
        """A refused follow-up ends the automation; beside a first text another one may be waiting."""
        if wanted.kind == "followup":
            wanted.lead.ended = wanted.lead.ended or EndReason.BLOCKED

    def _sent(self, wanted: Wanted, at: datetime) -> None:
        if wanted.kind not in AUTOMATIC:
            return
        lead = wanted.lead
        lead.of_lead += 1
        if lead.steps and (wanted.kind == "followup" or lead.of_lead == 1):
            step = Wanted(kind="followup", due=at + lead.steps.pop(0), lead=lead)
            self._plan(step.due, 1, partial(self._judge, step))

    def _facts(self, wanted: Wanted, at: datetime, off: timedelta) -> Facts:
        """As the office sees them, whose clock is so far ahead."""
        caller, lead, since = self.story.caller, wanted.lead, at - timedelta(hours=24)
        before = (Sent(at=each.at, text_class=TextClass(each.kind)) for each in self.story.sent)
        return Facts(
            wording=Wording(text_class=TextClass(wanted.kind), body=BODY),
            person=replace(
                self.person,
                opted_out=self.opted_out,
                on_the_line=caller.hindered("on the line", at) is not None,
            ),
            history=History(
                call_at=lead.call_at,
                wrote_at=wanted.wrote_at,
                typed_at=wanted.due if wanted.kind == "service" else None,
                ended=lead.ended,
                spoken_to=lead.spoken_to,
                sent=tuple(each for each in before if each.at > since),
                of_lead=lead.of_lead,
            ),
            firm=self.firm,
            moment=Moment(now=at + off, clock_off=off, unread=caller.hindered("unread", at) is not None),
        )

    def _text(self, wanted: Wanted, at: datetime, *, asked: bool, not_after: datetime | None) -> Text:
        return Text(
            kind=wanted.kind,
            due=wanted.due,
            at=at,
            lead=wanted.lead.id,
            call_at=wanted.lead.call_at if wanted.kind in AUTOMATIC else None,
            wrote_at=wanted.wrote_at,
            asked=asked,
            not_after=not_after,
        )


def play(caller: Caller) -> Story:
    """The whole story, to the last text owed. Raises HeldForEver."""
    number = Number(caller.number)
    person = Person(
        number=number,
        place=area_codes().place(number, state=caller.said or None),
        line_type=LineType.LANDLINE if caller.reach == "landline" else None,
        not_in_table=None if area_codes().has(number) else "2026",
        forged=caller.reach == "forged",
        machine=caller.reach == "machine",
        never=WHY if caller.reach == "never" else None,
        by_hand=WHY if caller.reach == "by hand" else None,
        blocked=WHY if caller.reach == "spam" else None,
    )
    nobody = Lead(0, caller.acts[0].at, [], ended=EndReason.FINISHED)
    return Player(Story(caller), firm(caller.office), person, nobody).play()


@cache
def firm(office: Office) -> Firm:
    """The office's choices in the program's own words."""
    days = tuple(map(_window, office.hours)) if office.hours is not None else None
    return Firm(
        name=NAME,
        quiet=quiet_hours().of(FirmRule(days=days, blocked=office.blocked)),
        acknowledge_within=office.within,
        holds_first_text=office.holds,
        cooldown=office.cooldown,
    )


def _window(day: Day) -> Window | None:
    if day is None:
        return None
    start, end = (time(*divmod(minute, 60)) for minute in day)
    return Window(start, end)
