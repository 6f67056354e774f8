"""The laboratory notices engines that are broken on purpose: a check that never fails would prove nothing.

Must not: look for mistakes of the program (`test_histories` does).
"""

import os

import pytest

from tests.faults.acts import Act, Call, Glitch, History, Settle, Staff, Text
from tests.faults.laboratory import Laboratory, Result

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(120),
    pytest.mark.skipif(not hasattr(os, "fork"), reason="engines are forked"),
]

#: Half past seven in the evening in New York: a follow-up after four hours would come at night.
EVENING = "2026-11-19T00:30:00+00:00"
CALL = Call(0, "missed", to_its_end=True)
#: How the engine is broken, what happens, and which check sees it.
BROKEN: dict[str, tuple[str, tuple[Act, ...], str]] = {
    "doubt": (
        "",
        (Glitch("twilio", "drop-after", "/Messages.json"), CALL, Settle(4.0)),
        "no text is sent twice",
    ),
    "opt-outs": ("", (CALL, Settle(), Text(0, "Please stop texting me")), "no text after an opt out"),
    "quiet-hours": (EVENING, (CALL,), "no follow up at night"),
    "people": (
        "",
        (CALL, Settle(), Staff("reply", 0, "We can talk at 3:15. Shall we?")),
        "no automatic text after a person acted",
    ),
    "calls": ("", tuple(Call(0, "hangs-up", to_its_end=True) for _ in range(9)), "every call is known"),
    "crm": (
        "",
        (Glitch("clio", "drop-after", "/notes.json"), CALL, Settle(4.0)),
        "everything is written once",
    ),
    "jobs": ("", (CALL, Call(1, "missed"), Call(2, "missed")), "every job is over or waits"),
}


@pytest.fixture(scope="module")
def results(lab: Laboratory) -> dict[str, Result]:
    """All of them, played at the same time."""
    histories = [
        (number, History(start=start, callers=("212", "415", "303"), acts=acts, broken=broken))
        for number, (broken, (start, acts, _)) in enumerate(BROKEN.items())
    ]
    played = lab.run_all(histories, at_once=len(histories), quiet_within=4.0)
    return dict(zip(BROKEN, played, strict=True))


@pytest.mark.parametrize("broken", BROKEN)
def test_a_broken_engine_is_noticed(results: dict[str, Result], broken: str) -> None:
    _, _, check = BROKEN[broken]
    found = results[broken].violations
    assert any(violation.startswith(check) for violation in found), found


def test_what_happens_to_broken_engines_is_nothing_to_whole_ones(lab: Laboratory) -> None:
    whole = [
        (number, History(start=start, callers=("212", "415", "303"), acts=acts))
        for number, (start, acts, _) in enumerate(BROKEN.values())
    ]
    assert [result.violations for result in lab.run_all(whole)] == [()] * len(whole)
