"""What `doctor` looks at in the evidence: both chains and what they are about, opt-outs, age of the hours.

Must not: mend a chain; what was changed stays visible.
"""

import tomllib
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta

from mcdesk import app
from mcdesk.domain import reasons
from mcdesk.domain.rulebook import QUIET_HOURS
from mcdesk.domain.spoken import counted
from mcdesk.ports.provider import Check
from mcdesk.settings import resource_folder
from mcdesk.store import consents, forgotten, proof, rule_tables, witness
from mcdesk.store.copies import FOLDER_NAME
from mcdesk.store.evidence import CONSENTS, DECISIONS, Chain
from mcdesk.store.transaction import StoreTrouble

#: States change their hours more often than their area codes.
QUIET_HOURS_AGE = timedelta(days=180)
_MEDDLED_FIX = (
    "Keep a copy of the data as it is now (mcdesk backup FILE), look who could write it, and restore "
    "older backups to a folder of their own (--data): the newest that is whole says since when."
)
#: Of what is not as it was written, so many are told.
FLAWS = 5
_CUT_OFF_FIX = (
    "If somebody put a backup back without mcdesk restore, that is why. Else keep a copy of the data as it "
    "is now (mcdesk backup FILE) and look who could write it; nightly backups may have what is missing."
)
TITLES = {DECISIONS: "Decisions of the gate", CONSENTS: "Consent ledger"}


def checks(place: app.Place) -> Iterator[Check]:
    """One line each."""
    for chain, title in TITLES.items():
        yield _chain(place, chain, title)
    yield _proof(place)
    yield from _write_down(place)
    yield from _opt_outs(place)
    yield from _deleted_people(place)
    yield _quiet_hours(place)


def _chain(place: app.Place, chain: Chain, title: str) -> Check:
    found = place.database.read(chain.verify).result()
    if found.broken is not None:
        detail = (
            f"Entry {found.broken} was changed, or one before it is missing; "
            f"the {found.rows} linked entries before it are as they were written."
        )
        return Check(title, "fail", detail, _MEDDLED_FIX)
    try:
        known = witness.written(place.folder)
    except StoreTrouble as trouble:
        return Check(title, "warn", str(trouble), "Give this user the right to read it.")
    lost = place.database.read(lambda tx: witness.missing(tx, chain, known)).result()
    if lost is not None:
        return Check(title, "fail", _cut_off(place, lost), _CUT_OFF_FIX)
    older = f", and {found.unlinked} of before entries were linked" if found.unlinked else ""
    last = f"; the last ends in {found.digest}" if found.digest else ""
    entries = "entry" if found.rows == 1 else "entries"
    return Check(title, "ok", f"{found.rows} {entries}, linked and unchanged{older}{last}.")


def _cut_off(place: app.Place, lost: witness.End) -> str:
    return (
        f"Entry {lost.row}, the last one on {lost.at:%Y-%m-%d %H:%M} UTC, is gone or is not as it was: "
        f"entries were cut off the end. {place.folder / FOLDER_NAME / witness.FILE_NAME} has its digest."
    )


def _proof(place: app.Place) -> Check:
    title = "What the evidence is about"
    flaws = place.database.read(proof.everything).result()
    if not flaws:
        return Check(title, "ok", "Greetings, calls, words and texts are as it says.")
    told = "; ".join(line.strip() for line in reasons.flaw_lines([asdict(each) for each in flaws[:FLAWS]]))
    more = f" And {len(flaws) - FLAWS} more." if len(flaws) > FLAWS else ""
    return Check(title, "fail", f"{told}{more}", _MEDDLED_FIX)


def _opt_outs(place: app.Place) -> Iterator[Check]:
    numbers = app.number_key(place)
    lost = place.database.read(lambda tx: consents.only_here(tx, numbers)).result()
    if lost:
        detail = (
            f"{counted(lost, 'opt-out')} in the consent ledger, but the row that said so was taken away. The "
            "ledger counts: nothing is texted to them."
        )
        yield Check("Opt-outs", "fail", detail, _MEDDLED_FIX)


def _write_down(place: app.Place) -> Iterator[Check]:
    """Today's ends, for the next time."""
    try:
        witness.write_down(place.folder, place.database.read(witness.ends).result())
    except StoreTrouble as trouble:
        fix = "Give this user the right to write it: else nobody can tell what was cut off the evidence."
        yield Check("Ends of the evidence", "warn", str(trouble), fix)


def _deleted_people(place: app.Place) -> Iterator[Check]:
    numbers = app.number_key(place)
    lost = place.database.read(lambda tx: forgotten.of_other_keys(tx, numbers)).result()
    if lost:
        detail = (
            f"{lost} opt-outs were noted with a number key that is lost: "
            "nobody whose number has the same last four digits is texted by itself."
        )
        yield Check(
            "Deleted people",
            "warn",
            detail,
            "Bring back the old office key and secrets, if there is a backup.",
        )


def _quiet_hours(place: app.Place) -> Check:
    own = place.database.read(rule_tables.in_force).result().get(QUIET_HOURS)
    text = (resource_folder() / "compliance" / "SOURCES.toml").read_text(encoding="utf-8")
    read: date = own.at.date() if own else tomllib.loads(text)["tables"][QUIET_HOURS]["checked"]
    whose = f"The office's own, put in by {own.by}" if own else "The shipped table"
    detail = f"{whose}; last read {read}."
    if datetime.now(UTC).date() - read > QUIET_HOURS_AGE:
        fix = "Have somebody read it again who knows the law." if own else "Install the newest mcdesk."
        return Check("Texting hours by state", "warn", detail, fix)
    return Check("Texting hours by state", "ok", detail)
