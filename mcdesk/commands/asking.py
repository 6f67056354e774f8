"""Questions to the rules: what a text would be taken for, and whether a number may be texted.

Must not: have rules of its own.
"""

import json
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import click

from mcdesk import app
from mcdesk.commands import configuring, printing
from mcdesk.domain import policy
from mcdesk.domain.facts import Decision, Facts, History, Moment, Person, TextClass, Wording
from mcdesk.domain.numbers import Number
from mcdesk.domain.office import Office
from mcdesk.engine import gate
from mcdesk.store import people


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
    office, opted_out = _known(folder, to)
    decision = _decide(office, to, _instant(at, office), TextClass(text_class), opted_out=opted_out)
    if as_json:
        click.echo(json.dumps(_decision_object(decision)))
        return
    until = f" until {decision.until.astimezone(office.zone):%a %d %b %H:%M %Z}" if decision.until else ""
    click.echo(f"{decision.answer}{until}: {' '.join(decision.why)}")
    click.echo(f"They may be in: {', '.join(decision.zones)}")


def _known(folder: Path, to: Number) -> tuple[Office, bool]:
    """The office, and whether the number opted out there; the starter's where there is none yet."""
    if not app.is_there(folder):
        return app.starter(), False
    with configuring.opened(folder) as place:
        suppressed = place.database.read(lambda tx: people.suppressed_at(tx, to)).result()
        try:
            return app.current_office(place), suppressed is not None
        except app.NoOffice:
            return app.starter(), suppressed is not None


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


def _decide(office: Office, to: Number, now: datetime, text_class: TextClass, *, opted_out: bool) -> Decision:
    """As for a text with proper wording in answer to a call just missed."""
    house = app.make_house(office)
    asked = Facts(
        wording=Wording(text_class=text_class, body=f"{office.name}: Reply STOP to opt out."),
        person=Person(number=to, place=house.place(to), opted_out=opted_out),
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
