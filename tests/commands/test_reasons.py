"""`mcdesk show` answers why somebody was texted or not, for people and for scripts.

Must not: run an engine; what it shows is written by the rules directly.
"""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from mcdesk import app
from mcdesk.domain.events import CallMissed, TextReceived
from mcdesk.domain.numbers import Number
from mcdesk.engine import rules
from mcdesk.store.transaction import Tx
from tests.commands.running import CALLER, LINE, configuration, configured, objects, run
from tests.engine.rehearsal import SOURCE

WORDS = "If we miss you we may text you back; say no to decline."


@pytest.fixture
def told(folder: Path) -> Path:
    """A missed call just now, texted; then an opt-out."""
    configured(folder, configuration().replace("sequence =", f'greeting = "{WORDS}"\nsequence ='))
    place = app.open_place(folder)
    house = app.make_house(app.current_office(place), numbers=app.number_key(place))
    caller, line = Number(CALLER), Number(LINE)

    def story(tx: Tx) -> None:
        call = CallMissed(call_id="CA1", caller=caller, line=line, direction="inbound", started_at=tx.now)
        rules.apply(tx, house, SOURCE, call)
        stop = TextReceived(
            message_id="SM1", sender=caller, sender_text=CALLER, to=line, body="no more texts", at=None
        )
        rules.apply(tx, house, SOURCE, stop)

    place.database.write(story).result()
    place.close()
    return folder


def test_a_person_reads_rule_hours_counters_wording_and_consent_of_each_text(told: Path) -> None:
    result = run("show", "1", folder=told)
    assert result.exit_code == 0, result.output
    first, *facts = result.stdout.partition("Why they were texted, or not\n")[2].splitlines()
    assert "First text, when it was queued: yes. They called the office" in first
    assert str(datetime.now(UTC).year) not in first, "in the office's time, as the rest"
    reasons = "\n".join(facts)
    for words in (
        "Decided by the texting rules of 20", "Hours for texts that day: 8 am to 8:59 pm, Pacific time",
        "9 pm, Pacific time (the rule for CA)", "They had got no text before it.",
        "Wording: the template \u201cfirst\u201d in English, version ",
        f"entry 1 of the consent ledger. Their call CA1, greeted with: “{WORDS}”",
        "Withdrawn by text. They said: “no more texts”",
    ):  # fmt: skip
        assert words in reasons


def test_a_script_reads_the_same(told: Path) -> None:
    (lead,) = objects(run("show", "1", "--json", folder=told))
    decisions, consents = lead["decisions"], lead["consents"]
    assert isinstance(decisions, list)
    assert isinstance(consents, list)
    assert set(decisions[0]) == {
        "at", "message", "moment", "text_class", "answer", "until", "why", "rule", "zones", "states",
        "windows", "counters", "template", "consent", "rules_version",
    }  # fmt: skip
    assert decisions[0]["consent"] == consents[0]["id"]
    assert (consents[0]["greeting"], consents[0]["kind"]) == (WORDS, "given")
    assert consents[1]["evidence"]["words"] == "no more texts"
