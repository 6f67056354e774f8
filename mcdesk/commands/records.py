"""What is kept of a person: legal holds and deletion, in a terminal.

Must not: decide what may be deleted (`engine/forgetting` does).
"""

from pathlib import Path

import click

from mcdesk.commands import leads
from mcdesk.commands.door import NotSo
from mcdesk.domain.numbers import Number
from mcdesk.domain.queue import Done


def hold(folder: Path, number: str, *, why: str) -> None:
    """Keep everything of theirs."""
    to = number_of(number)
    _answer(leads.at_desk(folder, lambda desk: desk.hold(to, why)))


def unhold(folder: Path, number: str) -> None:
    """Let it go again."""
    to = number_of(number)
    _answer(leads.at_desk(folder, lambda desk: desk.release_hold(to)))


def forget(folder: Path, number: str) -> None:
    """Delete a person's record."""
    to = number_of(number)
    _answer(leads.at_desk(folder, lambda desk: desk.forget(to)))


def number_of(text: str) -> Number:
    """What was typed, as a number."""
    number = Number.parse(text)
    if number is None:
        raise click.BadParameter(f"{text!r} is not a phone number; write it like +14155550142.")
    return number


def _answer(done: Done) -> None:
    if not done.ok:
        raise NotSo(done.sentence)
    click.echo(done.sentence)
