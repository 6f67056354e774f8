"""What `mcdesk doctor` tells of the evidence: whole, meddled with, or less than there should be.

Must not: test how chains are linked; `tests/store/test_evidence` does.
"""

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from mcdesk import app
from mcdesk.app.rules import shipped_tables
from mcdesk.commands import examining_evidence
from mcdesk.domain.facts import Decision
from mcdesk.domain.number_key import NumberKey
from mcdesk.domain.numbers import Number
from mcdesk.domain.rulebook import QUIET_HOURS
from mcdesk.store import evidence, forgotten, rule_tables
from mcdesk.store.backup import backup, restore
from mcdesk.store.opening import FILE_NAME
from mcdesk.store.transaction import Tx
from tests.commands.running import CALLER, configuration, configured
from tests.commands.test_doctor_health import told

WORDS = "If we miss you we may text you back; say no to decline."


def decide(folder: Path, times: int) -> str:
    """So many answers of the gate; the digest of the last."""
    place = app.open_place(folder)

    def work(tx: Tx) -> None:
        for _ in range(times):
            evidence.decided(
                tx, Decision(answer="send", why=("Open.",)), lead=None, message=None, moment="sent",
                text_class="ack",
            )  # fmt: skip

    place.database.write(work).result()
    digest = place.database.read(evidence.DECISIONS.verify).result().digest
    place.close()
    return digest


def test_whole_chains_are_told_with_their_length_and_end(folder: Path) -> None:
    configured(folder)
    digest = decide(folder, 3)
    checks = told(folder)
    assert checks["Decisions of the gate"]["result"] == "ok"
    detail = f"3 entries, linked and unchanged; the last ends in {digest}."
    assert checks["Decisions of the gate"]["detail"] == detail
    assert checks["Consent ledger"]["detail"] == "0 entries, linked and unchanged."


def test_a_changed_entry_fails_with_its_number_and_what_to_do(folder: Path) -> None:
    configured(folder)
    decide(folder, 3)
    with closing(sqlite3.connect(folder / FILE_NAME)) as file:
        file.execute("UPDATE decisions SET answer = 'no' WHERE id = 2")
        file.commit()
    check = told(folder)["Decisions of the gate"]
    assert check["result"] == "fail"
    assert "Entry 2 was changed" in str(check["detail"])
    assert "mcdesk backup FILE" in str(check["fix"])


def cut_off(folder: Path, *, keep: int) -> None:
    with closing(sqlite3.connect(folder / FILE_NAME)) as file:
        file.execute("DELETE FROM decisions WHERE id > ?", (keep,))
        file.commit()


@pytest.mark.parametrize("keep", [0, 3])
@pytest.mark.parametrize("more", [0, 5], ids=["", "and others were written since"])
def test_s8_entries_cut_off_the_end_are_missed(folder: Path, keep: int, more: int) -> None:
    configured(folder)
    decide(folder, 5)
    assert told(folder)["Decisions of the gate"]["result"] == "ok"
    cut_off(folder, keep=keep)
    if more:
        decide(folder, more)
    for _ in range(2):
        check = told(folder)["Decisions of the gate"]
        assert check["result"] == "fail"
        assert "Entry 5, the last one on " in str(check["detail"])
        assert told(folder)["Consent ledger"]["result"] == "ok"


def test_s8_what_grows_or_is_forgotten_by_its_age_is_not_missed(folder: Path) -> None:
    configured(folder)
    for first_kept in (1, 4, 99):
        decide(folder, 5)
        assert told(folder)["Decisions of the gate"]["result"] == "ok"
        place = app.open_place(folder)
        place.database.write(
            lambda tx, first=first_kept: evidence.DECISIONS.forget(tx, first_kept=first, most=99)  # type: ignore[misc]
        ).result()
        place.close()
        assert told(folder)["Decisions of the gate"]["result"] == "ok"


def test_s8_after_a_copy_was_put_back_its_own_end_counts(folder: Path, tmp_path: Path) -> None:
    configured(folder)
    decide(folder, 2)
    backup(folder, tmp_path / "copy.db")
    decide(folder, 3)
    assert told(folder)["Decisions of the gate"]["result"] == "ok"
    restore(tmp_path / "copy.db", folder)
    assert told(folder)["Decisions of the gate"]["result"] == "ok"
    cut_off(folder, keep=1)
    assert told(folder)["Decisions of the gate"]["result"] == "fail"


def test_t1_a_line_without_a_greeting_on_record_is_a_warning(folder: Path) -> None:
    source = configuration()
    configured(folder, source)
    line = told(folder)["Line (415) 555-0100"]
    assert line["result"] == "warn"
    assert 'greeting = "' in str(line["fix"])
    configured(folder, source.replace("sequence =", f'greeting = "{WORDS}"\nsequence ='))
    assert "Line (415) 555-0100" not in told(folder)


def test_opt_outs_of_a_lost_number_key_are_a_warning(folder: Path) -> None:
    configured(folder)
    assert "Deleted people" not in told(folder)
    place = app.open_place(folder)
    key, number = NumberKey.draw(), Number(CALLER)
    place.database.write(lambda tx: forgotten.keep(tx, key, number, opted_out=True, by="Maria")).result()
    place.close()
    assert told(folder)["Deleted people"]["result"] == "warn"


def test_the_age_of_the_table_of_hours(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    configured(folder)
    assert told(folder)["Texting hours by state"]["result"] == "ok"
    monkeypatch.setattr(examining_evidence, "QUIET_HOURS_AGE", timedelta(days=-10_000))
    assert told(folder)["Texting hours by state"]["result"] == "warn"
    place = app.open_place(folder)
    source = shipped_tables()[QUIET_HOURS]
    place.database.write(lambda tx: rule_tables.put(tx, QUIET_HOURS, source, by="Maria")).result()
    place.close()
    assert "put in by Maria" in str(told(folder)["Texting hours by state"]["detail"])
