"""Hooks nobody should have sent, or nobody understands.

Must not: break connections (`test_provider_trouble` does).
"""

from mcdesk.store import schema
from tests.walks.office import Office, eventually
from tests.walks.strangers import missed_call, post, signed


def test_a_forged_hook_is_refused_and_leaves_no_trace(office: Office) -> None:
    body = missed_call(office)
    forged = {"x_twilio_signature": "AAAAAAAAAAAAAAAAAAAAAAAAAAA="}
    assert post(office.hook_address, body.encode(), **forged)[0] == 403
    assert post(office.hook_address, body.encode())[0] == 403
    good = signed(office, body)
    assert post(office.hook_address, body.replace("0142", "0143").encode(), **good)[0] == 403
    assert office.rows(schema.hooks) == []
    assert office.queue() == ()


def test_a_genuine_hook_replayed_a_hundred_times_is_one_call(office: Office) -> None:
    body = missed_call(office)
    for _ in range(100):
        assert post(office.hook_address, body.encode(), **signed(office, body))[0] == 200
    eventually(lambda: office.rows(schema.calls))
    office.quiet()
    assert len(office.rows(schema.hooks, schema.hooks.c.kind == "call-status")) == 1
    assert len(office.rows(schema.calls)) == 1
    assert len(office.queue()) <= 1


def test_an_oversized_hook_is_refused(office: Office) -> None:
    status, _ = post(office.hook_address, b"A=" + b"x" * 70_000)
    assert status == 413
    assert office.rows(schema.hooks) == []


def test_a_wrong_address_tells_nothing(office: Office) -> None:
    base = office.hook_address
    wrong_secret = post(base.replace("s3cret-path", "s3cret-patj"), b"A=1")
    no_such = post(base.replace("/twilio/", "/teilio/"), b"A=1")
    assert wrong_secret == no_such
    assert wrong_secret[0] == 404


def test_a_hook_nobody_understands_is_kept_and_counts_as_unknown(office: Office) -> None:
    body = f"Something=else&AccountSid={office.twilio.company.account.sid}"
    assert post(office.hook_address, body.encode(), **signed(office, body))[0] == 200
    (hook,) = eventually(lambda: office.rows(schema.hooks, schema.hooks.c.state == "unknown"))
    assert hook.body == body.encode()


def test_a_report_about_somebody_elses_text_is_given_up_after_a_minute(office: Office) -> None:
    sid = office.twilio.company.account.sid
    body = f"MessageSid=SM{'0' * 32}&MessageStatus=delivered&To=%2B14155550142&AccountSid={sid}"
    assert post(office.hook_address, body.encode(), **signed(office, body))[0] == 200
    eventually(lambda: office.rows(schema.hooks, schema.hooks.c.state == "new"))
    office.jump(seconds=70)
    eventually(lambda: office.rows(schema.hooks, schema.hooks.c.state == "unknown"))
