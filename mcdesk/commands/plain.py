"""`mcdesk plain`: a text in the letters of the phone alphabet, and what was changed.

Must not: send, or decide what may stand for what (`domain/plain` does).
"""

import sys
from collections.abc import Iterable

import click

from mcdesk.domain.plain import make_plain
from mcdesk.domain.segments import segments
from mcdesk.domain.spoken import counted


def plain(texts: tuple[str, ...]) -> None:
    """Print each text, or each line of standard input; what was changed goes to standard error."""
    for text in texts or _lines():
        made = make_plain(text)
        click.echo(made.text)
        before, after = (segments(each).parts for each in (text, made.text))
        words = (
            f"{counted(after, 'segment')}, {before} before" if after != before else counted(after, "segment")
        )
        for change in made.changes:
            words += f"; {change.old} is now {change.new or 'gone'}"
        if made.left:
            words += f"; nothing plain stands for {' '.join(made.left)}"
        click.echo(words, err=True)


def _lines() -> Iterable[str]:
    return (line.rstrip("\n") for line in sys.stdin)
