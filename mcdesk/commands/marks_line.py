"""Who may be texted, on the command line.

Must not: do the work; each command imports what does when it is called (see `line`).
"""

from datetime import datetime
from pathlib import Path

import click

from mcdesk.commands.desk_line import folder

KINDS = ("never", "vip", "sensitive", "blocked")


@click.command()
@click.argument("number")
@click.argument("kind", type=click.Choice(KINDS))
@click.option("--why", required=True, help="For whoever meets the mark later.")
def mark(number: str, kind: str, why: str) -> None:
    """Mark NUMBER: never texted, left to people (vip, sensitive), or blocked as spam."""
    from mcdesk.commands import marking

    marking.mark(folder(), number, kind, why=why)


@click.command()
@click.argument("number")
@click.option("--kind", type=click.Choice(KINDS), help="Only this mark. Default: all.")
def unmark(number: str, kind: str | None) -> None:
    """Take the marks of NUMBER away."""
    from mcdesk.commands import marking

    marking.unmark(folder(), number, kind=kind)


@click.command()
@click.argument("lead", type=int)
@click.option("--why", default="", help="What they wanted.")
def block(lead: int, why: str) -> None:
    """Block the caller of LEAD as spam, and close it."""
    from mcdesk.commands import marking

    marking.block(folder(), lead, why=why)


@click.command("opt-in")
@click.argument("number")
@click.option("--who", required=True, help="Who agreed.")
@click.option("--on", type=click.DateTime(("%Y-%m-%d",)), required=True, help="The day they agreed.")
@click.option("--how", type=click.Choice(("paper", "web", "verbal")), required=True)
@click.option("--words", default="", help="What they agreed to.")
def opt_in(number: str, who: str, on: datetime, how: str, words: str) -> None:
    """Who opted out with NUMBER agreed to texts again."""
    from mcdesk.commands import marking

    marking.opt_in(folder(), number, who=who, on=on.date(), how=how, words=words)


@click.command("opt-outs-complete")
def opt_outs_complete() -> None:
    """After a restore: opt-outs, marks and deletions since the copy are entered again."""
    from mcdesk.commands import marking

    marking.opt_outs_complete(folder())


@click.group(invoke_without_command=True)
@click.option("--of", metavar="NUMBER", help="Everything ever said of this number.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object per mark.")
@click.pass_context
def marks(ctx: click.Context, of: str | None, as_json: bool) -> None:
    """Numbers that are never texted, left to people, or blocked."""
    if ctx.invoked_subcommand is None:
        from mcdesk.commands import marking

        marking.show(folder(), of=of, as_json=as_json)


@marks.command("import")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--yes", is_flag=True, help="Import; without it, only say what would be done.")
@click.option("--skip-bad", is_flag=True, help="Leave bad lines out; without it, one bad line stops all.")
def import_list(file: Path, yes: bool, skip_bad: bool) -> None:
    """Mark the numbers in FILE, a CSV with columns number, reason and, if wanted, kind."""
    from mcdesk.commands import marking

    marking.import_list(folder(), file, yes=yes, skip_bad=skip_bad)


#: Those of the first level; `import` hangs on `marks`.
COMMANDS = (mark, unmark, block, marks, opt_in, opt_outs_complete)
ALL = (*COMMANDS, import_list)
