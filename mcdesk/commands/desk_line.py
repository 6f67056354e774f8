"""What a receptionist does, on the command line, and the questions IT and support ask.

Must not: do the work; each command imports what does when it is called (see `line`).
"""

from pathlib import Path
from typing import BinaryIO

import click

from mcdesk.commands.door import chosen_folder
from mcdesk.settings import data_folder

VIEWS = ("all", "open", "needs-reply", "call-now", "waiting", "held", "booked", "closed", "mine", "unclaimed")
DISPOSITIONS = (
    "booked", "retained", "referred", "non-responsive", "wrong-number", "spam", "conflict",
    "not-our-practice", "reached", "opted-out", "other",
)  # fmt: skip


def folder() -> Path:
    """The data folder this call is about."""
    return data_folder(chosen_folder())


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object per line.")
@click.option("--view", type=click.Choice(VIEWS), default="open", show_default=True)
def queue(as_json: bool, view: str) -> None:
    """The live queue."""
    from mcdesk.commands import leads

    leads.queue(folder(), view=view, as_json=as_json)


@click.command()
@click.argument("lead", type=int)
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def show(lead: int, as_json: bool) -> None:
    """One lead: calls, messages, notes, jobs, and every decision of the gate with its reason."""
    from mcdesk.commands import leads

    leads.show(folder(), lead, as_json=as_json)


@click.command()
@click.argument("lead", type=int)
@click.argument("text")
@click.option("--yes", "confirmed", is_flag=True, help="Also where mcdesk asks first, as in quiet hours.")
def reply(lead: int, text: str, confirmed: bool) -> None:
    """Text the caller of LEAD. TEXT '-' reads standard input."""
    from mcdesk.commands import leads

    leads.reply(folder(), lead, text, confirmed=confirmed)


@click.command("keep-texting")
@click.argument("lead", type=int)
def keep_texting(lead: int) -> None:
    """What the caller of LEAD wrote did not mean stop."""
    from mcdesk.commands import leads

    leads.keep_texting(folder(), lead)


@click.command("stop-texting")
@click.argument("lead", type=int)
@click.argument("words")
@click.option(
    "--channel",
    type=click.Choice(("phone", "mail", "voicemail", "person")),
    required=True,
    help="How they said it.",
)
def stop_texting(lead: int, words: str, channel: str) -> None:
    """The caller of LEAD asked, in these WORDS, not to be texted."""
    from mcdesk.commands import leads

    leads.stop_texting(folder(), lead, words, channel=channel)


@click.command()
@click.argument("lead", type=int)
@click.argument("text")
def note(lead: int, text: str) -> None:
    """Keep a note on LEAD; the caller never sees it. TEXT '-' reads standard input."""
    from mcdesk.commands import leads

    leads.note(folder(), lead, text)


@click.command()
@click.argument("lead", type=int)
@click.argument("state", metavar="XX")
def state(lead: int, state: str) -> None:
    """Say in which state the caller of LEAD is: its quiet hours bind too. XX "" takes that back."""
    from mcdesk.commands import leads

    leads.state(folder(), lead, state)


@click.command()
@click.argument("lead", type=int)
@click.argument("disposition", type=click.Choice(DISPOSITIONS))
@click.option("--reason", default="", help="More about it, in your words.")
def close(lead: int, disposition: str, reason: str) -> None:
    """End LEAD."""
    from mcdesk.commands import leads

    leads.close(folder(), lead, disposition, reason=reason)


@click.command()
@click.argument("lead", type=int)
def claim(lead: int) -> None:
    """Make LEAD yours."""
    from mcdesk.commands import leads

    leads.claim(folder(), lead)


@click.command()
@click.argument("lead", type=int)
def release(lead: int) -> None:
    """Give LEAD back to everyone."""
    from mcdesk.commands import leads

    leads.release(folder(), lead)


@click.command()
@click.option("--provider", "name", required=True, help="A provider, or a connection of this office.")
@click.argument("file", type=click.File("rb"))
@click.option("--header", "headers", multiple=True, metavar="'K: V'", help="A header; may repeat.")
@click.option("--method", default="POST", show_default=True)
@click.option("--content-type", help="Default: found from the file.")
def replay(
    name: str, file: BinaryIO, headers: tuple[str, ...], method: str, content_type: str | None
) -> None:
    """What a captured request means: one JSON object per event. Nothing is stored or sent."""
    from mcdesk.commands import replaying

    replaying.replay(folder(), name, file.read(), headers=headers, method=method, content_type=content_type)


@click.command()
@click.argument("texts", nargs=-1, metavar="[TEXT]...")
@click.option("--json", "as_json", is_flag=True, help="One JSON object per text.")
@click.option("--opted-out", is_flag=True, help="The sender has opted out, so that YES opts back in.")
def classify(texts: tuple[str, ...], as_json: bool, opted_out: bool) -> None:
    """What an inbound TEXT would be taken for; without TEXT, each line of standard input."""
    from mcdesk.commands import asking

    asking.classify(texts, as_json=as_json, opted_out=opted_out)


@click.command()
@click.argument("number")
@click.option("--at", metavar="ISO", help="When; without an offset, in the office's time. Default: now.")
@click.option(
    "--class", "text_class", type=click.Choice(("ack", "followup")), default="followup", show_default=True
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def window(number: str, at: str | None, text_class: str, as_json: bool) -> None:
    """May NUMBER be texted then, by this office's rules?"""
    from mcdesk.commands import asking

    asking.window(folder(), number, at=at, text_class=text_class, as_json=as_json)


@click.command()
@click.argument("template")
@click.argument("lead", type=int)
@click.option("--language", help="Default: the caller's.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def preview(template: str, lead: int, language: str | None, as_json: bool) -> None:
    """TEMPLATE as the caller of LEAD would get it: its words, size, price and what the rules say of it."""
    from mcdesk.commands import previewing

    previewing.preview(folder(), template, lead, language=language, as_json=as_json)


@click.command()
@click.argument("texts", nargs=-1, metavar="[TEXT]...")
def plain(texts: tuple[str, ...]) -> None:
    """Make TEXT plain, so that no letter costs double; without TEXT, each line of standard input."""
    from mcdesk.commands import plain as making

    making.plain(texts)


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--days", type=click.IntRange(1, 365), default=30, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def rehearse(file: Path, days: int, as_json: bool) -> None:
    """Whom the configuration in FILE would have texted lately, and what differs. Nothing is sent."""
    from mcdesk.commands import rehearsing

    rehearsing.rehearse(folder(), file, days=days, as_json=as_json)


COMMANDS = (
    queue,
    show,
    reply,
    keep_texting,
    stop_texting,
    note,
    state,
    close,
    claim,
    release,
    replay,
    classify,
    window,
    preview,
    plain,
    rehearse,
)
