"""Checks of what people said and did: an opt-out wins, and a human act ends the automation.

Must not: play anything.
"""

from collections.abc import Iterator

from mcdesk.simulator.twilio.ledger import Message
from tests.faults.drawing import STOPS, WRONG_NUMBER
from tests.faults.evidence import Evidence, real_seconds

#: A text was on its way already: from the office's last look to the company's door, real seconds.
ON_ITS_WAY = 0.3
#: Of an opt-out, and of a wrong number.
CONFIRMATIONS = ("opted out", "Sorry for the mix-up")
#: How the office notes that it learned of an opt-out.
LEARNED = ("They opted out", "They say it is the wrong number")
AUTOMATIC = {"ack", "followup"}


def no_text_after_an_opt_out(evidence: Evidence) -> Iterator[str]:
    """From when the office had the words, until they ask for texts again; one confirmation may come."""
    for number in {reply.from_ for reply in evidence.replies} | {act.number for act in evidence.acted}:
        for since, until, how in _spans(evidence, number):
            after = [
                text
                for text in evidence.texts
                if text.to == number and since + ON_ITS_WAY < evidence.asked(text) < until
            ]
            confirmed = [text for text in after if any(words in text.body for words in CONFIRMATIONS)]
            for text in [each for each in after if each not in confirmed] + confirmed[1:]:
                later = evidence.asked(text) - since
                yield f"{number} {how}, and {later:.2f} s later got: {text.body[:60]}"


def _spans(evidence: Evidence, number: str) -> Iterator[tuple[float, float, str]]:
    """(from, until, how) of the times the number had opted out, as far as the office could know."""
    returns = sorted(
        reply.created.timestamp()
        for reply in evidence.replies
        if reply.from_ == number and reply.body == "START"
    )
    for reply in evidence.replies:
        if reply.from_ == number and reply.body in {*STOPS, WRONG_NUMBER}:
            since = evidence.heard(reply.sid) or _read_in_log(evidence, reply)
            if since is not None:
                # They may have written START before the office had the STOP: the later words count.
                told = reply.created.timestamp()
                yield since, _next(returns, told), f"wrote {reply.body!r}"
    for act in evidence.acted:
        if act.number == number and act.verb == "asked-to-stop" and act.ok:
            yield act.ended, _next(returns, act.began), "asked on the phone for no texts"


def _read_in_log(evidence: Evidence, reply: Message) -> float | None:
    """When the office learned of a text from the log; None where that cannot be told exactly."""
    if len(evidence.skews) > 1:
        return None
    written = reply.created.timestamp()
    times = [
        at
        for row in evidence.happenings
        if row["text"].startswith(LEARNED)
        and evidence.numbers[evidence.leads[row["lead"]]["contact"]] == reply.from_
        and (at := real_seconds(evidence, row["at"])) >= written
    ]
    return min(times, default=None)


def _next(times: list[float], since: float) -> float:
    return next((at for at in times if at >= since), float("inf"))


def no_automatic_text_after_a_person_acted(evidence: Evidence) -> Iterator[str]:
    for act in evidence.acted:
        if not act.ok or act.verb not in {"reply", "close", "call-back"}:
            continue
        for text in _automatic(evidence, act.lead):
            if evidence.asked(text) > act.ended + ON_ITS_WAY:
                later = evidence.asked(text) - act.ended
                yield f"lead {act.lead}: {act.verb}, and {later:.2f} s later {text.to} got: {text.body[:60]}"


def no_automatic_text_after_they_wrote(evidence: Evidence) -> Iterator[str]:
    for reply in evidence.replies:
        row = next((row for row in evidence.messages if row["message_id"] == reply.sid), None)
        heard = evidence.heard(reply.sid)
        # HELP is answered and changes nothing; START may bring the automation's next text.
        if row is None or row["lead"] is None or heard is None or reply.body in {"HELP", "START"}:
            continue
        for text in _automatic(evidence, row["lead"]):
            if evidence.asked(text) > heard + ON_ITS_WAY:
                later = evidence.asked(text) - heard
                yield f"{reply.from_} wrote {reply.body!r}, and {later:.2f} s later got: {text.body[:60]}"


def _automatic(evidence: Evidence, lead: int) -> Iterator[Message]:
    for text in evidence.texts:
        row = evidence.row_of(text)
        if row is not None and row["lead"] == lead and row["text_class"] in AUTOMATIC:
            yield text
