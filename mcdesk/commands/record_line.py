"""What is kept of a person, on the command line: legal holds and deletion.

Must not: do the work; each command imports what does when it is called (see `line`).
"""

import click

from mcdesk.commands.desk_line import folder


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


COMMANDS = (hold, unhold, forget)
