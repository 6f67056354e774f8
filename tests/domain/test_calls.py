"""What became of a call, whatever the order of the reports."""

from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from mcdesk.domain.calls import Outcome, combine
from mcdesk.domain.conversations import forward
from mcdesk.domain.events import DeliveryStatus

OUTCOMES = st.lists(st.sampled_from(list(Outcome)), max_size=5)


def fold(news: tuple[Outcome, ...] | list[Outcome]) -> Outcome:
    known = Outcome.RINGING
    for each in news:
        known = combine(known, each)
    return known


@given(OUTCOMES)
def test_any_human_answer_wins(news: list[Outcome]) -> None:
    assert (fold(news) is Outcome.ANSWERED) == (Outcome.ANSWERED in news)


def test_order_does_not_matter() -> None:
    for order in permutations([Outcome.RINGING, Outcome.ENDED, Outcome.MISSED, Outcome.VOICEMAIL]):
        assert fold(order) is Outcome.VOICEMAIL
    assert fold((Outcome.ABANDONED, Outcome.MISSED)) is Outcome.ABANDONED
    assert fold((Outcome.MISSED, Outcome.ABANDONED)) is Outcome.ABANDONED


def test_the_end_of_a_call_proves_nothing() -> None:
    assert not fold((Outcome.RINGING, Outcome.ENDED)).decided


@given(st.lists(st.sampled_from(list(DeliveryStatus)), min_size=1, max_size=6))
def test_delivery_only_moves_forward(news: list[DeliveryStatus]) -> None:
    state: DeliveryStatus | None = None
    seen = []
    for each in news:
        state = forward(state, each)
        seen.append(state)
    final = [each for each in seen if each in {DeliveryStatus.DELIVERED, DeliveryStatus.FAILED}]
    assert len(set(final)) <= 1
    if final:
        assert seen[-1] is final[0]
