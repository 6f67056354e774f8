"""Questions to the rules: what a text would be taken for, and whether a number may be texted.

Must not: have rules of its own.
"""

import json
import sys
from dataclasses import replace
from datetime import UTC, datetime, tzinfo
from pathlib import Path

import click

from mcdesk import app
from mcdesk.commands import configuring, printing
from mcdesk.domain import policy
from mcdesk.domain.facts import Decision, Facts, History, Moment, Person, TextClass, Wording
from mcdesk.domain.numbers import Number
from mcdesk.domain.office import Office
from mcdesk.domain.spoken import day_clock, theirs, zones_words
from mcdesk.engine import gate
from mcdesk.engine.house import House


def classify(texts: tuple[str, ...], *, as_json: bool, opted_out: bool) -> None:
    """Print the class of each text, or of each line of standard input."""
    keywords = app.shipped_rulebook().keywords
    for text in texts or (line.rstrip("\r\n") for line in sys.stdin):
        found = keywords.classify(text, opted_out=opted_out)
        answer = {"text": text, "class": str(found.wish), "rule": found.rule}
        click.echo(json.dumps(answer, ensure_ascii=False) if as_json else f"{found.wish:<13} {text}")


def window(folder: Path, number: str, *, at: str | None, text_class: str, as_json: bool) -> None:
    """Print whether a number may be texted, when, and why."""
    to = Number.parse(number)
    if to is None:
        raise click.BadParameter(f"{number!r} is not a phone number; write it like +14155550142.")
    house, person = _known(folder, to)
    office = house.office
    decision = _decide(house, person, _instant(at, office), TextClass(text_class))
    if as_json:
        click.echo(json.dumps(_decision_object(decision)))
        return
    click.echo(f"{decision.answer}{_until(decision, office.zone)}: {' '.join(decision.why)}")
    click.echo(f"They may be in {zones_words(decision.zones)}.")


def _until(decision: Decision, zone: tzinfo) -> str:
    if decision.until is None:
        return ""
    there = theirs(decision.until, decision.zones, zone)
    return f" until {day_clock(decision.until, zone)}{f' ({there})' if there else ''}"


def _known(folder: Path, to: Number) -> tuple[House, Person]:
    """The office, and what it knows of the number; the starter's where there is none yet."""
    if not app.is_there(folder):
        house = app.make_house(app.starter())
        return house, Person(number=to, place=house.place(to))
    with configuring.opened(folder) as place:
        try:
            office = app.current_office(place)
        except app.NoOffice:
            office = app.starter()
        house = app.house_of(place, office)
        return house, place.database.read(lambda tx: gate.about(tx, house, to)).result()


def _instant(at: str | None, office: Office) -> datetime:
    if at is None:
        return datetime.now(UTC)
    try:
        parsed = datetime.fromisoformat(at)
    except ValueError as error:
        raise click.BadParameter(
            f"{at!r} is not a time such as 2026-11-21T19:30:00-08:00.", param_hint="--at"
        ) from error
    return (parsed if parsed.tzinfo else parsed.replace(tzinfo=office.zone)).astimezone(UTC)


def _decide(house: House, person: Person, now: datetime, text_class: TextClass) -> Decision:
    """As for a text with proper wording in answer to a call just missed."""
    asked = Facts(
        wording=Wording(text_class=text_class, body=f"{house.office.name}: Reply STOP to opt out."),
        person=person,
        history=History(call_at=now),
        firm=gate.firm(house),
        moment=Moment(now=now),
    )
    return replace(policy.may_text(asked), rules_version=house.rulebook.version)


def _decision_object(decision: Decision) -> dict[str, object]:
    return {
        "decision": decision.answer,
        "until": printing.zulu(decision.until),
        "why": list(decision.why),
        "zones": list(decision.zones),
        "states": list(decision.states),
        "rules_version": decision.rules_version,
    }
