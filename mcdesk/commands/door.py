"""The one way out for what goes wrong: a sentence on standard error and an exit status, never a traceback.

Must not: know the commands.
"""

import errno
import logging
from pathlib import Path
from typing import NoReturn

import click

from mcdesk.settings import NoOfficeKey, log_folder

log = logging.getLogger(__name__)

_FOLDER = "mcdesk.data"


class NotSo(Exception):
    """What was asked for is not so. The message is for people and names the next step."""


class Door(click.Group):
    """A group of commands whose exceptions become sentences."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort, BrokenPipeError):
            # click's own, and a reader that has seen enough, which click ends quietly
            raise
        except Exception as error:
            leave(error)


def leave(error: Exception) -> NoReturn:
    """End the program with a sentence about `error`."""
    try:
        sentence = in_words(error)
    except Exception:
        # a damaged installation, where even the words for it cannot be loaded
        sentence = None
    click.echo(sentence or _report(error), err=True)
    raise click.exceptions.Exit(1)


def in_words(error: Exception) -> str | None:
    """The sentence for a person; None where the error is a defect of ours."""
    # What may be raised is known by parts of the program that start slowly: looked at only when it was.
    from mcdesk.app import NoOffice
    from mcdesk.domain.sections import BadConfiguration
    from mcdesk.engine.verbs import NoSuchLead
    from mcdesk.inbound.receiver import CannotListen
    from mcdesk.ports.provider import ProviderError
    from mcdesk.store.transaction import StoreTrouble

    known = (
        NotSo, BadConfiguration, NoOffice, NoSuchLead, CannotListen, NoOfficeKey, ProviderError, StoreTrouble
    )  # fmt: skip
    if isinstance(error, known):
        return str(error)
    if isinstance(error, OSError) and error.filename is not None and error.errno is not None:
        return f"{error.filename}: {_REASONS.get(error.errno, error.strerror)}"
    return None


_REASONS = {
    errno.EACCES: "this user may not use it. Give this user the right, or choose another place.",
    errno.ENOENT: "there is no such file or folder. Check the name.",
    errno.ENOSPC: "the disk is full. Free some space and try again.",
    errno.EISDIR: "is a folder. Give the name of a file.",
    errno.EROFS: "is on a disk that cannot be written. Choose another place.",
}


def _report(error: Exception) -> str:
    """Write a defect to the log and say where it is."""
    from mcdesk.commands import logs

    kind = type(error).__name__
    try:
        file = logs.begin(log_folder(chosen_folder()))
        log.error("The program failed", exc_info=error, extra={"action": "program.failed"})
    except OSError:
        return f"mcdesk failed ({kind}) and cannot write its log. Check the rights of its data folder."
    return f"mcdesk failed ({kind}). This is a defect; the details are in {file}. Please report it."


def choose_folder(ctx: click.Context, _option: click.Parameter, value: Path | None) -> None:
    """Remember --data, wherever on the line it stands; the last one counts."""
    if value is not None:
        ctx.meta[_FOLDER] = value


def chosen_folder() -> Path | None:
    """What --data said; None where it said nothing."""
    folder: Path | None = click.get_current_context().meta.get(_FOLDER)
    return folder
