"""Bad days by the seed: the same seed brings the same trouble."""

from collections import Counter

import pytest

from mcdesk.simulator import Fault, FaultPlan, HookPlan, PretendTwilio
from mcdesk.simulator.plans import Fate
from tests.simulator.stage import CALLER, LINE, OfficeAddress, played, twilio_client, until

_PATH = "/2010-04-01/Accounts/AC{}/Messages.json".format("0" * 32)


def _drawn(plan: FaultPlan, count: int = 200) -> list[Fault | None]:
    return [plan.fault(method="POST", path=_PATH) for _ in range(count)]


def test_the_same_seed_draws_the_same_faults() -> None:
    assert _drawn(FaultPlan(5, 0.5)) == _drawn(FaultPlan(5, 0.5))
    assert _drawn(FaultPlan(5, 0.5)) != _drawn(FaultPlan(6, 0.5))


def test_other_requests_in_between_do_not_shift_what_is_drawn() -> None:
    alone, disturbed = FaultPlan(5, 0.5), FaultPlan(5, 0.5)
    expected = _drawn(alone, 20)
    found = []
    for _ in range(20):
        disturbed.fault(method="GET", path="/elsewhere.json")
        found.append(disturbed.fault(method="POST", path=_PATH))
    assert found == expected


def test_about_the_rate_of_all_requests_fails_in_all_ways() -> None:
    faults = [fault for fault in _drawn(FaultPlan(5, 0.5), 2_000) if fault is not None]
    assert 700 < len(faults) < 1_100
    assert {"delay", "drop", "silence", "status-after", "page", "truncated"} <= {f.kind for f in faults}
    assert not any(f.kind == "status-after" and f.status == 429 for f in faults), "429 says: not processed"


@played
async def test_a_plan_plays_after_the_switches_until_cleared() -> None:
    async with PretendTwilio() as twilio, twilio_client(twilio) as client:
        twilio.faults.plan = FaultPlan(1, 1.0, kinds=("status",))
        twilio.faults.add(Fault("status", status=418))
        assert (await client.get("/Messages.json")).status_code == 418
        assert (await client.get("/Messages.json")).status_code in {429, 500, 503}
        twilio.faults.clear()
        assert (await client.get("/Messages.json")).status_code == 200


def _fated(fate: Fate) -> HookPlan:
    return HookPlan(3, 1.0, seconds=0.05, fates=(fate,))


@pytest.mark.parametrize(("fate", "count"), [("twice", 2), ("never", 0), ("late", 1)])
@played
async def test_a_text_is_reported_as_the_plan_has_it(fate: Fate, count: int) -> None:
    async with OfficeAddress() as office, PretendTwilio() as twilio:
        twilio.point_hooks_at(office.url("/hook"))
        twilio.account.hook_plan = _fated(fate)
        await twilio.text(CALLER, "Hello")
        expected: list[int | None] = [200] * count if count else [None]
        await until(lambda: len(twilio.hooks) >= len(expected))
        assert [hook.status for hook in twilio.hooks] == expected
        assert [form["Body"] for form in office.forms("/hook")] == ["Hello"] * count


@played
async def test_late_delivery_reports_overtake_each_other() -> None:
    async with OfficeAddress() as office, PretendTwilio(pace=100) as twilio:
        seen: Counter[tuple[str, ...]] = Counter()
        twilio.account.hook_plan = HookPlan(11, 1.0, seconds=0.05, fates=("late",))
        async with twilio_client(twilio) as client:
            for number in range(12):
                form = {"To": CALLER, "From": LINE, "Body": f"Hello {number}",
                        "StatusCallback": office.url(f"/{number}")}  # fmt: skip
                await client.post("/Messages.json", data=form)
        await until(lambda: len(office.forms("/")) >= 24)
        for number in range(12):
            seen[tuple(form["MessageStatus"] for form in office.forms(f"/{number}"))] += 1
        assert seen["delivered", "sent"] > 0
        assert seen["sent", "delivered"] > 0
