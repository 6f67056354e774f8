"""The program on the command line: the window, the engine without one, the care of an office.

Must not: do the work; each command imports what does when it is called, because the window has to be painted
before the libraries of the engine are loaded.
"""

from pathlib import Path

import click

from mcdesk import __version__
from mcdesk.commands import desk_line, marks_line, record_line
from mcdesk.commands.desk_line import folder
from mcdesk.commands.door import Door, NotSo, choose_folder

DATA = click.Option(
    ["--data"],
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    callback=choose_folder,
    expose_value=False,
    help="The office's data folder on this PC.",
)
#: As `domain.rulebook.NAMES` has them, which is not loaded for this.
TABLES = (
    "optout_keywords.csv", "optout_weights.csv", "us_area_code_zones.csv", "quiet_hours_us.csv",
    "holidays_us.csv", "template_lint_rules.csv",
)  # fmt: skip
FILE = click.Path(path_type=Path, dir_okay=False)
THERE = click.Path(path_type=Path, dir_okay=False, exists=True)


@click.group(cls=Door, invoke_without_command=True, params=[DATA])
@click.version_option(__version__, prog_name="mcdesk")
@click.pass_context
def mcdesk(ctx: click.Context) -> None:
    """Texts back missed callers and follows them up. Without a command: opens the console."""
    if ctx.invoked_subcommand is None:
        from mcdesk.commands import window

        ctx.exit(window.open_console(folder()))


@mcdesk.command(params=[DATA])
@click.option("--config", type=THERE, metavar="FILE", help="Apply this configuration first.")
@click.option("--listen", default="127.0.0.1:0", show_default=True, metavar="HOST:PORT", help="Port 0: any.")
@click.option(
    "--speed",
    type=click.FloatRange(min=0, min_open=True),
    default=1.0,
    metavar="N",
    help="Rehearse: N times faster.",
)
def serve(config: Path | None, listen: str, speed: float) -> None:
    """Run the engine without a window."""
    from mcdesk.commands import serving

    serving.serve(folder(), config=config, listen=listen, speed=speed)


@mcdesk.command(params=[DATA])
@click.option("--headless", is_flag=True, help="In the terminal, even where there is a screen.")
@click.option(
    "--speed", type=click.FloatRange(min=0, min_open=True), default=1.0, metavar="N", help="N times faster."
)
@click.option("--for", "seconds", type=click.FloatRange(min=0), help="End after so many seconds.")
def demo(headless: bool, speed: float, seconds: float | None) -> None:
    """Show a pretend office: callers call, texts go out, replies come in. Nothing leaves this PC."""
    from mcdesk.commands import demonstration

    demonstration.demo(headless=headless, speed=speed, seconds=seconds)


@mcdesk.command(params=[DATA])
@click.option("--json", "as_json", is_flag=True, help="One JSON object per line.")
@click.option("--fix", is_flag=True, help="Also tell each provider our address.")
def doctor(as_json: bool, fix: bool) -> None:
    """Check everything the office needs, and say what to do."""
    from mcdesk.commands import examining

    examining.doctor(folder(), as_json=as_json, fix=fix)


@mcdesk.command(params=[DATA])
@click.argument("file", type=FILE)
def backup(file: Path) -> None:
    """Copy the office's database to FILE while it is in use."""
    from mcdesk.store.backup import backup as copy

    _only_files("pg_dump --format=custom --file=FILE")
    click.echo(copy(folder(), file))


@mcdesk.command(params=[DATA])
@click.argument("file", type=FILE)
def restore(file: Path) -> None:
    """Put the copy FILE in place of the office's database. What was there is kept."""
    from mcdesk.store.backup import restore as put_back

    _only_files("pg_restore --clean --if-exists, while no mcdesk runs")
    click.echo(put_back(file, folder()))


def _only_files(instead: str) -> None:
    """A shared office's data is its server's to copy."""
    from mcdesk.settings import database_url

    if database_url():
        raise NotSo(
            "This office's data is on a PostgreSQL server (MCDESK_DATABASE_URL), which makes its own copies. "
            f"Use those, or there: {instead}"
        )


@mcdesk.command("sign-in", params=[DATA])
@click.argument("connection")
def sign_in(connection: str) -> None:
    """Sign in to CONNECTION's company in the browser."""
    from mcdesk.commands import signing_in

    click.echo(signing_in.sign_in_now(folder(), connection))


@mcdesk.command(hidden=True)
def try_screen() -> None:
    """Open what a window needs and leave; `doctor` asks this of a process of its own."""
    from mcdesk.app import try_screen as attempt

    click.echo(attempt())


@mcdesk.group(params=[DATA])
def config() -> None:
    """The office's configuration. Secrets are apart from it and never exported."""


@config.command(params=[DATA])
def show() -> None:
    """Lines, connections and which secrets are set."""
    from mcdesk.commands import configuring

    configuring.show(folder())


@config.command("export", params=[DATA])
@click.argument("file", type=FILE)
def export_to(file: Path) -> None:
    """Write the configuration to FILE ('-': standard output), without secrets."""
    from mcdesk.commands import configuring

    configuring.export_to(folder(), file)


@config.command("import", params=[DATA])
@click.argument("file", type=THERE)
def import_from(file: Path) -> None:
    """Put the configuration in FILE in force; a running engine goes on with it."""
    from mcdesk.commands import configuring

    configuring.import_from(folder(), file)


@config.command(params=[DATA])
@click.argument("connection")
@click.argument("field")
def set_secret(connection: str, field: str) -> None:
    """Set a secret of a connection: asks for it, or reads it from standard input."""
    from mcdesk.commands import configuring

    configuring.set_secret(folder(), connection, field)


@config.command(params=[DATA])
def make_key_file() -> None:
    """Keep the office key in a file only this user can read (where there is no keyring)."""
    from mcdesk.commands import configuring

    configuring.make_key_file(folder())


@config.command(params=[DATA])
@click.confirmation_option(prompt="All secrets and sign-ins must be entered anew afterwards. Go on?")
def forget_secrets() -> None:
    """Delete every stored secret: the way out when the office key is lost."""
    from mcdesk.commands import configuring

    configuring.forget_secrets(folder())


@mcdesk.group(params=[DATA])
def rules() -> None:
    """The tables the rules are read from: quiet hours, opt-out words, holidays, wording …"""


@rules.command("show", params=[DATA])
@click.option("--json", "as_json", is_flag=True, help="One JSON object per table.")
def show_rules(as_json: bool) -> None:
    """Each table: as shipped, or the office's own and since when."""
    from mcdesk.commands import ruling

    ruling.show(folder(), as_json=as_json)


@rules.command("import", params=[DATA])
@click.argument("file", type=THERE)
@click.option("--accept", default="", metavar="NAME", help="Who answers for rules that FILE gives up.")
def import_table(file: Path, accept: str) -> None:
    """Put FILE in the place of the shipped table of the same name."""
    from mcdesk.commands import ruling

    ruling.import_table(folder(), file, accepted_by=accept)


@rules.command(params=[DATA])
@click.argument("table", type=click.Choice(TABLES))
def reset(table: str) -> None:
    """Go back to the shipped TABLE."""
    from mcdesk.commands import ruling

    ruling.reset(folder(), table)


for each in (*desk_line.COMMANDS, *marks_line.COMMANDS, *record_line.COMMANDS):
    mcdesk.add_command(each)
for each in (*desk_line.COMMANDS, *marks_line.ALL, *record_line.COMMANDS):
    each.params.append(DATA)
