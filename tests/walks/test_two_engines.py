"""Two engines on one database, as two desks of one office: never two texts.

Must not: start processes (`test_kill_anywhere` does).
"""

import time

from mcdesk.domain.leads import Stage
from mcdesk.simulator import Fault
from tests.walks.conftest import Furnish
from tests.walks.office import Office, eventually


def twin(office: Office, furnish: Furnish) -> Office:
    """A second engine on the first one's database, as on a second desk."""
    other = furnish(poll_seconds=office.options.poll_seconds, hooks=office.options.hooks)
    other.close()
    other.folder = office.folder
    other.clock = office.clock
    other.start()
    return other


def test_two_engines_on_one_database_never_send_two_texts(furnish: Furnish) -> None:
    office = furnish(poll_seconds=1)
    office.start()
    second = twin(office, furnish)
    callers = [f"+1212555{number:04}" for number in range(130, 146)]
    company = office.twilio.company
    ends = [office.twilio.start(company.call, caller) for caller in callers]
    for end in ends:
        end()
    for caller in callers:
        office.texted(1, caller)
    office.quiet()
    second.quiet()
    assert [len(office.texts(caller)) for caller in callers] == [1] * len(callers)
    assert len(office.queue()) == len(second.queue()) == len(callers)
    assert len(office.clio.company.contacts) == len(callers)
    assert len(office.clio.company.communications) == len(callers)
    assert len(office.clio.company.notes) == len(callers)


def test_what_one_engine_was_doing_another_finishes(furnish: Furnish) -> None:
    office = furnish()
    office.start()
    second = twin(office, furnish)
    office.twilio.company.point_hooks_at(office.hook_address)
    office.missed()
    office.stop()
    office.twilio.company.point_hooks_at(second.hook_address)
    second.text("Call me")
    row = second.reaches(Stage.NEEDS_REPLY)
    office.twilio.company.faults.add(Fault("drop", path="/Messages.json", method="POST"))
    seen = second.conversation(row.lead).last_seen
    assert second.do(second.desk.reply(row.lead, "I do", last_seen=seen)).ok
    second.texted(2)


def test_one_desk_hears_of_what_another_changed(furnish: Furnish) -> None:
    office = furnish()
    office.start()
    second = twin(office, furnish)
    heard: list[object] = []
    second.desk.feed.subscribe(heard.append)
    office.twilio.company.point_hooks_at(office.hook_address)
    office.missed()
    eventually(lambda: any(change.leads for change in heard), what="the other desk's news")  # type: ignore[attr-defined]


def test_an_engine_that_was_away_does_not_send_what_another_took_over(furnish: Furnish) -> None:
    """The first engine's process stands still between taking a text and sending it."""
    office = furnish()
    office.start()
    second = twin(office, furnish)
    office.twilio.company.point_hooks_at(office.hook_address)
    office.clock.stall(60)
    office.call()
    office.texted()
    office.quiet()
    second.quiet()
    time.sleep(office.patience.settled * 2)
    assert len(office.texts()) == 1
