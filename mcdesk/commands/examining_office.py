"""What `doctor` looks at in the office: key, secrets, wording, lines, tables, public address.

Must not: ask a company (its provider's own check does).
"""

import http.client
import tomllib
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from mcdesk import app
from mcdesk.commands import configuring
from mcdesk.domain import wording
from mcdesk.domain.languages import lacking
from mcdesk.domain.lint import Linter
from mcdesk.domain.office import Line, Office
from mcdesk.domain.sections import BadConfiguration
from mcdesk.domain.templates import blanks
from mcdesk.ports.provider import Check
from mcdesk.settings import NoOfficeKey, resource_folder, system_keyring
from mcdesk.settings import office_key as find_key
from mcdesk.store import rule_tables
from mcdesk.store.secrets import KeyTrouble

#: Laws and area codes change; a table read longer ago than this wants reading again.
TABLES_AGE = timedelta(days=365)
ADDRESS_SECONDS = 15.0
#: What the receiver answers to an address nobody can know.
NOBODYS = "/hooks/doctor/nobody-has-this-address"


def office_key(place: app.Place) -> Check:
    """Whether secrets can be sealed, and the sealed ones opened."""
    try:
        find_key(place.folder, create=False)
    except NoOfficeKey as error:
        return _no_key(place, str(error))
    return Check("Office key", "ok", "There.")


def _no_key(place: app.Place, why: str) -> Check:
    if _has_sealed(place):
        return Check("Office key", "fail", why)
    if system_keyring() is not None:
        return Check(
            "Office key", "ok", "The keyring will keep it; it is drawn when the first secret is set."
        )
    return Check("Office key", "warn", why)


def _has_sealed(place: app.Place) -> bool:
    try:
        office = app.current_office(place)
    except (app.NoOffice, BadConfiguration):
        return False
    return any(place.vault.names(each.name) for each in office.connections)


def tables(place: app.Place) -> Iterator[Check]:
    """How old the shipped tables are, and what the office's own in their place give up."""
    yield _shipped_tables()
    for name, table in place.database.read(rule_tables.in_force).result().items():
        wrong = app.unusable(name, table.source)
        if wrong is not None:
            told = f"The office's own cannot be used, so the shipped one is in force: {wrong}."
            fix = f"Mend it and import it again, or: mcdesk rules reset {name}"
            yield Check(f"Table {name}", "fail", told, fix)
            continue
        told, lost = f"The office's own is in force, by {table.by}.", app.gives_up(name, table.source)
        if lost:
            answers = f"{table.accepted_by or 'Nobody'} answers for what it gives up: {'; '.join(lost)}."
            fix = f"To go back to the shipped one: mcdesk rules reset {name}"
            yield Check(f"Table {name}", "warn" if table.accepted_by else "fail", f"{told} {answers}", fix)
        else:
            yield Check(f"Table {name}", "ok", told)


def _shipped_tables() -> Check:
    text = (resource_folder() / "compliance" / "SOURCES.toml").read_text(encoding="utf-8")
    checked: list[date] = [table["checked"] for table in tomllib.loads(text)["tables"].values()]
    oldest = min(checked)
    if datetime.now(UTC).date() - oldest > TABLES_AGE:
        return Check("Tables", "warn", f"Last checked {oldest}.", "Install the newest mcdesk.")
    return Check("Tables", "ok", f"Those that come with mcdesk were checked {oldest}.")


def checks(place: app.Place, office: Office) -> Iterator[Check]:
    """Configuration, secrets, lines and wording."""
    lines = ", ".join(line.number.spoken for line in office.lines)
    if not lines:
        yield Check(
            "Configuration", "warn", f"{office.name} has no line.", "Add [[lines]] and import it again."
        )
    else:
        yield Check("Configuration", "ok", f"{office.name}: {lines}.")
    for connection in office.connections:
        yield _secrets(place, connection.name, office)
    for line in office.lines:
        yield from _line(line)
        yield from _follow_up(line, office)
    linter = app.rulebook_of(place.database).linter
    yield from _wording(office, linter)
    for told in wording.notices(office, linter):
        yield Check("Wording", "warn", told, "Shorten the name or the link, or write templates of your own.")


def _secrets(place: app.Place, name: str, office: Office) -> Check:
    what = f"{name}, Secrets"
    connection = office.connection(name)
    assert connection is not None
    missing = configuring.missing_secrets(place, connection)
    if missing:
        fix = "; ".join(f"mcdesk config set-secret {name} {field.name}" for field in missing)
        words = " and ".join(field.title.lower() for field in missing)
        return Check(what, "fail", f"The {words} is not set.", f"Run: {fix}")
    try:
        for field in place.vault.names(name):
            place.vault.get(name, field)
    except KeyTrouble as error:
        return Check(what, "fail", str(error))
    return Check(what, "ok", "Set, and open with this office's key.")


def _line(line: Line) -> Iterator[Check]:
    what = f"Line {line.number.spoken}"
    if line.calls is None:
        fix = 'Set calls = "…" for it in the configuration.'
        yield Check(what, "warn", "No connection reports its calls, so nobody is texted back.", fix)
    if line.texts is None:
        fix = 'Set texts = "…" for it in the configuration.'
        yield Check(what, "warn", "No connection texts for it; callers become call tasks.", fix)
    if line.texts and not line.greeting:
        told = "Nothing shows what its callers hear, so there is less evidence that they may be texted."
        fix = 'Have the greeting say that they may be texted, and write its words as greeting = "…".'
        yield Check(what, "warn", told, fix)


def _follow_up(line: Line, office: Office) -> Iterator[Check]:
    sequence = office.sequence(line.sequence)
    if line.texts and not any(step.do == "text" for step in (sequence.steps if sequence else ())):
        fix = 'Set sequence = "law-4-24-72", or one of your own.'
        yield Check(f"Line {line.number.spoken}", "warn", "No sequence texts its callers.", fix)


def _wording(office: Office, linter: Linter) -> Iterator[Check]:
    """The gate refuses such texts; better told now. A configuration may be older than a rule."""
    for template, errors in wording.refused(office, linter):
        name, told = (
            f"Template {template.name} ({template.language})",
            " ".join(map(wording.in_words, errors)),
        )
        fix = "Mend it and import the configuration again."
        yield Check(name, "fail", f"It would not be sent: {told}", fix)
    for template in office.templates:
        if "link" in blanks(template.body) and not office.booking_link:
            name = f"Template {template.name} ({template.language})"
            fix = "Write booking_link under [office], or take {link} out of the template."
            yield Check(name, "fail", "It has {link}, and there is none: its text has a gap.", fix)
    for each in lacking(office):
        what = f"Track {each.track.name}" if each.track else f"Line {each.line.number.spoken}"
        fix = "Add its wording in that language to the configuration, or take the language out."
        yield Check(what, "warn", f"I{str(each)[1:]}; English goes out instead.", fix)


def public_address(office: Office) -> Iterator[Check]:
    """Whether what is sent to our public address arrives at an mcdesk: an address nobody has is asked for."""
    if office.public_url is None:
        return
    what, base = "Public address", office.public_url
    status, body = _asked(base + NOBODYS)
    if status == 404 and body == b"Not found":
        yield Check(what, "ok", f"{base} arrives at mcdesk.")
    elif status is None:
        fix = "Start mcdesk (or mcdesk serve), check tunnel, firewall and name, then run doctor again."
        yield Check(what, "warn", f"{base} does not answer ({body.decode()}).", fix)
    else:
        fix = "Forward it to the address mcdesk listens on (mcdesk serve --listen HOST:PORT)."
        yield Check(what, "fail", f"Something else answers at {base} (with {status}).", fix)


def _asked(address: str) -> tuple[int | None, bytes]:
    """Status and beginning of the answer; None and why where there is none."""
    # public_url was read as http or https, nothing else
    request = urllib.request.Request(address, data=b"doctor", method="POST")  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=ADDRESS_SECONDS) as answer:  # noqa: S310
            return answer.status, answer.read(64)
    except urllib.error.HTTPError as error:
        return error.code, error.read(64)
    except (OSError, ValueError, http.client.HTTPException) as error:
        reason = getattr(error, "reason", error)
        return None, str(reason).encode()
