"""Brings the facts before the one gate and keeps its answer as evidence.

Must not: have rules of its own (`domain/policy` has them all).
"""

from dataclasses import replace
from datetime import datetime, timedelta

from mcdesk.domain import policy, wording
from mcdesk.domain.calls import FAILED
from mcdesk.domain.facts import AUTOMATIC, Decision, Facts, Firm, History, Moment, Person, TextClass, Wording
from mcdesk.domain.leads import EndReason
from mcdesk.domain.line_types import LineType
from mcdesk.domain.marks import MARK_WORDS, MarkKind
from mcdesk.domain.numbers import Number
from mcdesk.engine.house import House
from mcdesk.store import evidence, filtered, health, judging
from mcdesk.store.judging import Known
from mcdesk.store.transaction import NO_TIME, Tx


def judge(
    tx: Tx,
    house: House,
    *,
    to: Number,
    body: str,
    text_class: TextClass,
    lead: int | None,
    moment: str,
    connection: str | None = None,
    message: int | None = None,
    keep: bool = True,
    clock_off: timedelta = NO_TIME,
    template: str | None = None,
    answers: int | None = None,
    agreed: bool = True,
    sealed: str | None = None,
) -> Decision:
    """May this text go out now? `moment` is *queued* or *sent*; `keep` False only asks. `answers`: the
    received text it is an answer to; `connection`: what it goes over; `agreed`: whoever typed it knows of
    quiet hours, or is asked now; `sealed`: the digest of the text as it would go out."""
    known = judging.known(
        tx, house.numbers, to, body=body, day=house.office.day(tx.now), lead=lead, message=message
    )
    if moment != "sent":
        # The very call it answers may still be noted as going on.
        known = replace(known, on_the_line=False)
    problems, warnings = _looked_through(tx, house, body, text_class, template)
    facts = Facts(
        wording=Wording(
            text_class=text_class,
            body=body,
            problems=problems,
            warnings=warnings,
            repeats=known.repeats,
            agreed=agreed,
        ),
        person=_person(known, house, to, tx.now),
        history=_history(tx, house, known, to, message, text_class, answers),
        firm=firm(house),
        moment=Moment(
            now=tx.now,
            clock_off=clock_off,
            unread=known.has_unread and judging.is_unread(tx, to, but=_answered_id(tx, answers)),
            opt_outs_unsure=known.opt_outs_unsure,
            unreadable=known.has_unreadable and judging.is_unreadable(tx, to),
            stopped=health.stopped(tx, connection) if connection else None,
            spent=house.office.texting.is_spent(known.segments or 0),
        ),
    )
    decision = replace(
        policy.may_text(facts),
        rules_version=house.rulebook.version,
        answered_for=wording.answered_for(house.office, template),
    )
    if keep:
        evidence.decided(
            tx, decision, lead=lead, message=message, moment=moment, text_class=text_class,
            template=template, consent=known.consent, text=sealed,
        )  # fmt: skip
    return decision


def _looked_through(
    tx: Tx, house: House, body: str, text_class: TextClass, template: str | None
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What must not be sent, and what its writer is asked about."""
    linter = house.rulebook.linter
    if text_class is TextClass.SERVICE:
        return wording.typed(house.office, linter, body=body)
    if text_class not in AUTOMATIC:
        return (), ()
    why = filtered.why(tx, template) if template else None
    if why is not None:
        return (why,), ()
    return wording.problems(house.office, linter, body=body, version=template), ()


def about(tx: Tx, house: House, to: Number) -> Person:
    """What is known of a number, whatever the text."""
    known = judging.known(
        tx, house.numbers, to, body="", day=house.office.day(tx.now), lead=None, message=None
    )
    return _person(replace(known, on_the_line=False), house, to, tx.now)


def firm(house: House) -> Firm:
    """The office's own choices."""
    texting = house.office.texting
    return Firm(
        name=house.office.name,
        quiet=house.quiet,
        acknowledge_within=house.office.goals.acknowledge_within,
        holds_first_text=texting.holds_first_text,
        cooldown=texting.cooldown,
    )


def _person(known: Known, house: House, to: Number, now: datetime) -> Person:
    since = known.machine_since
    return Person(
        number=to,
        place=house.place(to, state=known.state),
        opted_out=known.opted_out,
        review_due=known.review_due,
        never=known.never,
        by_hand=_by_hand(known),
        blocked=known.blocked,
        line_type=LineType(known.line_type) if known.line_type else None,
        not_in_table=None if house.rulebook.area_codes.has(to) else house.rulebook.tables,
        forged=known.attestation == FAILED,
        machine=since is not None and now - since < policy.MACHINE_SPAN,
        on_the_line=known.on_the_line,
    )


def _by_hand(known: Known) -> str | None:
    if known.vip is not None:
        return f"{MARK_WORDS[MarkKind.VIP]}: {known.vip}"
    return None if known.sensitive is None else f"{MARK_WORDS[MarkKind.SENSITIVE]}: {known.sensitive}"


def _answered_id(tx: Tx, answers: int | None) -> str | None:
    return None if answers is None else judging.answered(tx, answers).message_id


def _history(
    tx: Tx,
    house: House,
    known: Known,
    to: Number,
    message: int | None,
    text_class: TextClass,
    answers: int | None,
) -> History:
    wrote_at, typed_at, wrote_since, heard_at = known.wrote_at, None, False, None
    match text_class:
        case TextClass.OPTOUT_CONFIRM:
            # It answers the opt-out, whatever they wrote since.
            wrote_at = known.said_stop_at
        case TextClass.HELP if answers is not None:
            wrote_at = judging.answered(tx, answers).at
        case TextClass.SERVICE:
            row = judging.typed(tx, message) if message is not None else None
            typed_at, wrote_since = (row.at, row.wrote_since) if row is not None else (tx.now, False)
            heard_at = judging.heard_at(tx, to)
    return History(
        call_at=known.call_at,
        heard_at=heard_at,
        wrote_at=wrote_at,
        typed_at=typed_at,
        wrote_since=wrote_since,
        ended=_ended(known),
        spoken_to=known.spoken_to,
        sent=judging.sent(tx, house.numbers, to, message=message) if known.was_texted else (),
        of_lead=known.of_lead,
    )


def _ended(known: Known) -> EndReason | None:
    if known.closed_at is not None:
        return EndReason.CLOSED
    return EndReason(known.ended) if known.ended else None
