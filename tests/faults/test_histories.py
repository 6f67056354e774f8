"""Random histories over the whole engine: people call and write, machines, networks and clocks fail.

Must not: know what goes wrong in them. More of them: python -m tests.faults --seed N --count 1000 --jobs 2
"""

import json
import os
import random

import pytest

from tests.faults.acts import KINDS, read, told, written
from tests.faults.drawing import draw
from tests.faults.laboratory import Laboratory

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(300),
    pytest.mark.skipif(not hasattr(os, "fork"), reason="engines are forked"),
]

#: As many as half a minute allows; other runs of the suite play others.
COUNT = 32


def test_nothing_is_lost_and_nothing_doubled_whatever_happens(lab: Laboratory) -> None:
    seed = int(os.environ.get("MCDESK_FAULTS_SEED", "") or random.randrange(10**6))
    histories = [(number, draw(seed, number)) for number in range(COUNT)]
    wrong = [result for result in lab.run_all(histories) if result.violations]
    words = [
        f"history {result.number} of seed {seed}: {told(result.history)}\n" + "\n".join(result.violations)
        for result in wrong
    ]
    again = (
        f"python -m tests.faults --seed {seed} --count {COUNT}, or MCDESK_FAULTS_SEED={seed} and this test"
    )
    assert not wrong, "\n\n".join([*words, f"Once more: {again}"])


def test_a_history_can_be_written_down_and_read() -> None:
    for number in range(40):
        history = draw(7, number)
        assert read(json.loads(json.dumps(written(history)))) == history


def test_a_seed_draws_the_same_histories_each_time_and_every_kind_of_act() -> None:
    first, second = ([draw(11, number) for number in range(200)] for _ in range(2))
    assert first == second
    assert {type(act).__name__ for history in first for act in history.acts} == set(KINDS)
