"""What the chains only point at: changed, exchanged or taken away, it shows; deleted rightly, it does not.

Must not: follow the chains; `test_evidence` does.
"""

from collections.abc import Callable

import pytest
from sqlalchemy import Update, delete, insert, select, update
from sqlalchemy.sql.dml import Delete

from mcdesk.domain.facts import Decision
from mcdesk.domain.number_key import NumberKey
from mcdesk.domain.numbers import Number
from mcdesk.store import consents, evidence, greetings, proof, said, schema, talk
from mcdesk.store.database import Database
from mcdesk.store.transaction import Tx
from tests.store.conftest import NOW

KEY = NumberKey(bytes(range(32)))
ANA, LINE = Number("+14155550142"), Number("+14155550100")
GREETING = "If we miss you we may text you back; say no to decline."
CALLS, MESSAGES, GREETINGS, SAID = schema.calls, schema.messages, schema.greetings, schema.said


def story(tx: Tx) -> None:
    """A call after a greeting; a text in answer, judged and sent; an opt-out; a mark that refused another."""
    contact = tx.insert(insert(schema.contacts), {"number": ANA, "at": NOW})
    lead = tx.insert(
        insert(schema.leads), {"contact": contact, "stage": "waiting", "opened_at": NOW, "last_at": NOW}
    )
    _, call = (
        talk.new_call(
            tx, connection="twilio", call_id=call_id, caller=ANA, line=LINE, direction="inbound", at=NOW,
            outcome="missed", lead=lead,
        )
        for call_id in ("CA1", "CA2")
    )  # fmt: skip
    greetings.note(tx, LINE, GREETING, by="Maria")
    greeting = greetings.in_force(tx, LINE, NOW)
    assert greeting is not None
    given = {"call": "CA2", "greeting": {"digest": greeting.digest, "since": NOW.isoformat()}}
    consents.add(
        tx,
        KEY,
        ANA,
        consents.GIVEN,
        source="call",
        call=call,
        lead=lead,
        greeting=greeting.id,
        evidence=given,
    )
    message = talk.new_message(
        tx, lead=lead, contact=contact, connection="twilio", sender=LINE.e164, recipient=ANA.e164,
        body="We missed you.", text_class="ack",
    )  # fmt: skip
    decide(tx, "send", "They called.", lead, message, talk.sealed(talk.message(tx, message)))
    consents.add(
        tx, KEY, ANA, consents.WITHDRAWN, source="text", lead=lead, evidence={"words": "stop it, says Ana"}
    )
    decide(tx, "no", "The office never texts this number (Ana sues us).", lead, None, None)


def decide(tx: Tx, answer: str, why: str, lead: int, message: int | None, text: str | None) -> None:
    decision = Decision(answer=answer, why=(why,), rule="" if answer == "send" else "never")  # type: ignore[arg-type]
    evidence.decided(tx, decision, lead=lead, message=message, moment="sent", text_class="ack", text=text)


def flaws(database: Database) -> list[tuple[str, int, str]]:
    found = database.read(proof.everything).result()
    return [(flaw.table, flaw.row, flaw.what) for flaw in found]


def test_what_is_as_it_was_has_no_flaw_and_no_word_of_theirs_is_in_a_chain(database: Database) -> None:
    database.write(story).result()
    assert flaws(database) == []
    for chain in evidence.CHAINS:
        rows = database.read(lambda tx, table=chain.table: tx.all(select(table))).result()  # type: ignore[misc]
        assert "Ana" not in str(rows)
    told = database.read(lambda tx: [row.words for row in tx.all(select(SAID))]).result()
    assert sorted(told) == ["The office never texts this number (Ana sues us).", "stop it, says Ana"]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (
            update(GREETINGS).values(text="You agree to everything."),
            [("greetings", 1, "Its words were changed since they were noted."),
             ("consents", 1, "The greeting they heard was changed since.")],
        ),
        (update(CALLS).where(CALLS.c.call_id == "CA2").values(call_id="CA9"),
         [("consents", 1, "Their call is missing, or is not the one it was.")]),
        (update(SAID).where(SAID.c.words.like("stop%")).values(words="Text me!"),
         [("consents", 2, "The words it had were changed.")]),
        (delete(SAID).where(SAID.c.words.like("stop%")), [("consents", 2, "The words it had are missing.")]),
        (delete(SAID).where(SAID.c.words.like("The office%")),
         [("decisions", 2, "The words it had are missing.")]),
        *(
            (update(MESSAGES).values({name: value}),
             [("decisions", 1, "The text it is about, its sender or its recipient was changed since.")])
            for name, value in (
                ("body", "Something else."), ("recipient", "+14155550143"), ("sender", "+14155550143"),
                ("body", ""), ("salt", ""), ("salt", "0" * 32),
            )
        ),
    ],
)  # fmt: skip
def test_whatever_was_meddled_with_shows(
    database: Database, change: Update | Delete, expected: list[tuple[str, int, str]]
) -> None:
    database.write(story).result()
    database.write(lambda tx: tx.run(change)).result()
    assert flaws(database) == expected


def swapped_calls(tx: Tx) -> None:
    for old, new in (("CA1", "x"), ("CA2", "CA1"), ("x", "CA2")):
        tx.run(update(CALLS).where(CALLS.c.call_id == old).values(call_id=new))


def both_digests_made_anew(tx: Tx) -> None:
    greetings.note(tx, Number("+14155550101"), "You agree.", by="Maria")
    other = tx.first(select(GREETINGS).where(GREETINGS.c.text == "You agree."))
    assert other is not None
    tx.run(update(GREETINGS).where(GREETINGS.c.id != other.id).values(text=other.text, digest=other.digest))


@pytest.mark.parametrize(
    ("act", "what"),
    [
        (swapped_calls, "Their call is missing, or is not the one it was."),
        (both_digests_made_anew, "The greeting they heard was changed since."),
    ],
)
def test_what_an_entry_points_at_cannot_be_exchanged(
    database: Database, act: Callable[[Tx], None], what: str
) -> None:
    database.write(story).result()
    database.write(act).result()
    assert flaws(database) == [("consents", 1, what)]


def test_words_that_went_with_a_deletion_are_not_missed_and_later_ones_are(database: Database) -> None:
    database.write(story).result()

    def deletion(tx: Tx) -> None:
        tx.run(delete(SAID))
        tx.run(update(schema.contacts).values(number=None))
        tx.run(update(MESSAGES).values(body="", recipient="", salt=""))
        consents.add(tx, KEY, ANA, consents.DELETED, source="request", evidence={"leads": [1]})

    database.write(deletion).result()
    assert flaws(database) == []

    def later(tx: Tx) -> None:
        consents.add(tx, KEY, ANA, consents.WITHDRAWN, source="text", evidence={"words": "stop"})
        tx.run(delete(SAID))

    database.write(later).result()
    assert flaws(database) == [("consents", 4, "The words it had are missing.")]


def test_the_same_words_have_another_digest_each_time(database: Database) -> None:
    one, other = database.write(lambda tx: (said.keep(tx, "stop"), said.keep(tx, "stop"))).result()
    assert one != other
