"""What is kept of a person, on the command line: their record as a file, legal holds and deletion.

Must not: do the work; each command imports what does when it is called (see `line`).
"""

from pathlib import Path

import click

from mcdesk.commands.desk_line import folder

FILE = click.Path(path_type=Path, dir_okay=False)


@click.command()
@click.argument("number")
@click.option("--json", "as_json", type=FILE, metavar="FILE", help="For programs.")
@click.option("--pdf", "as_pdf", type=FILE, metavar="FILE", help="For people.")
def record(number: str, as_json: Path | None, as_pdf: Path | None) -> None:
    """Write everything kept of NUMBER to a file: calls, texts, notes, decisions, consents, opt-outs."""
    from mcdesk.commands import records

    records.record(folder(), number, as_json=as_json, as_pdf=as_pdf)


@click.command()
@click.argument("number")
@click.option("--why", required=True, help="Such as the matter it is for.")
def hold(number: str, why: str) -> None:
    """Put NUMBER under legal hold: nothing of theirs is deleted."""
    from mcdesk.commands import records

    records.hold(folder(), number, why=why)


@click.command()
@click.argument("number")
def unhold(number: str) -> None:
    """Release the legal hold of NUMBER."""
    from mcdesk.commands import records

    records.unhold(folder(), number)


@click.command()
@click.argument("number")
@click.confirmation_option(prompt="What is known of this person is deleted for good. Go on?")
def forget(number: str) -> None:
    """Delete what is known of NUMBER. That they opted out stays known."""
    from mcdesk.commands import records

    records.forget(folder(), number)


COMMANDS = (record, hold, unhold, forget)
