"""What holds for every provider, whoever wrote it: a new file in `providers/` joins by being there.

Must not: name a company.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcdesk.ports.hooks import Hook, Hooked
from mcdesk.ports.provider import Busy, Check, Forged, Provider, ProviderError, Unreachable, Unsure
from mcdesk.providers import discover
from mcdesk.wire import client
from tests.providers.answering import answering
from tests.providers.faults import FAULTS, Fate, Fault
from tests.providers.verbs import SECRET, VERBS, Verb, made

PROVIDERS = discover()
ASKED = [
    pytest.param(provider, verb, id=f"{provider.name}-{name}")
    for provider in PROVIDERS.values()
    for name, verb in VERBS.items()
    if issubclass(provider, verb.port)
]
HOOKED = [
    pytest.param(provider, id=provider.name)
    for provider in PROVIDERS.values()
    if issubclass(provider, Hooked)
]

pytestmark = pytest.mark.anyio


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "TIMEOUTS", client.Timeouts(connect=0.5, silence=0.15, socket=1, whole=2))


async def outcome(provider: Provider, verb: Verb) -> object:
    """What it answers or the error it raises; any other exception fails the test by itself."""
    try:
        return await verb.ask(provider)
    except ProviderError as error:
        return error
    finally:
        await provider.close()


def as_shown(error: BaseException | None) -> str:
    """Everything of an error that could reach a log."""
    shown = ""
    while error is not None:
        shown += f"{error} {error!r} {error.args}"
        error = error.__cause__ or error.__context__
    return shown


@pytest.mark.parametrize("fault", [pytest.param(fault, id=name) for name, fault in FAULTS.items()])
@pytest.mark.parametrize(("provider", "verb"), ASKED)
async def test_whatever_a_company_does_only_our_errors_come_out(
    provider: type[Provider], verb: Verb, fault: Fault
) -> None:
    async with answering(lambda _: fault.reply) as company:
        result = await outcome(made(provider, url=company.url), verb)
    if verb.reports and isinstance(result, list):
        check_report(result)
        return
    if not isinstance(result, ProviderError):
        assert fault.fate is Fate.STRANGE
        return
    assert type(result) in {*ProviderError.__subclasses__()} - {Forged}
    assert len(result.why.split()) > 3, "a sentence for people"
    assert SECRET not in as_shown(result)
    if fault.error is not None:
        assert type(result) is fault.error
    if isinstance(result, Busy):
        assert result.seconds == fault.seconds
    if fault.fate is Fate.UNKNOWN and company.asked:
        lost = company.asked[-1].method not in {"GET", "HEAD"} and verb.twice_harms
        assert type(result) in ({Unsure} if lost else {Unreachable, Busy})


def check_report(result: list[object]) -> None:
    assert result, "it says something"
    for line in result:
        assert isinstance(line, Check)
        assert line.result == "ok" or line.fix, "what is wrong comes with what to do"
        assert SECRET not in f"{line.what} {line.detail} {line.fix}"
    assert any(isinstance(line, Check) and line.result != "ok" for line in result)


@pytest.mark.parametrize(("provider", "verb"), ASKED)
async def test_a_company_that_cannot_be_reached_may_be_asked_again(
    provider: type[Provider], verb: Verb
) -> None:
    async with answering(lambda _: FAULTS["500"].reply) as company:
        pass
    result = await outcome(made(provider, url=company.url), verb)
    if verb.reports and isinstance(result, list):
        check_report(result)
    else:
        assert type(result) is Unreachable


@pytest.mark.parametrize("address", ["nowhere", "ftp://127.0.0.1/", "http://", "http://[bad", "http://a b/"])
@pytest.mark.parametrize(("provider", "verb"), ASKED)
async def test_a_senseless_address_is_an_error_of_ours(
    provider: type[Provider], verb: Verb, address: str
) -> None:
    result = await outcome(made(provider, url=address), verb)
    assert isinstance(result, ProviderError | list)


@pytest.mark.parametrize("provider", [pytest.param(p, id=name) for name, p in PROVIDERS.items()])
async def test_secrets_do_not_show_in_what_describes_a_connection(provider: type[Provider]) -> None:
    connection = made(provider, url="http://127.0.0.1:9")
    described = repr(connection) + repr(connection.setup) + repr(vars(connection))
    await connection.close()
    assert SECRET not in described


@pytest.mark.parametrize("provider", [pytest.param(p, id=name) for name, p in PROVIDERS.items()])
def test_fields_describe_themselves(provider: type[Provider]) -> None:
    names = [field.name for field in provider.fields]
    assert len(names) == len(set(names))
    for field in provider.fields:
        assert field.title
        assert field.help
        assert not field.choices or field.default in field.choices
        assert not (field.secret and field.default)


@pytest.mark.parametrize("provider", HOOKED)
@given(
    body=st.binary(max_size=200),
    content_type=st.sampled_from(["", "application/json", "application/x-www-form-urlencoded", "text/plain"]),
    signature=st.text(max_size=30),
)
def test_hooks_of_any_bytes_are_forged_and_never_stumble(
    provider: type[Hooked], body: bytes, content_type: str, signature: str
) -> None:
    connection = made(provider, url="http://127.0.0.1:9")
    assert isinstance(connection, Hooked)
    headers = {"content-type": content_type, "x-twilio-signature": signature, "x-hook-signature": signature}
    hook = Hook("POST", "https://desk.example/hooks/tried/s3cret-path", headers, body)
    with pytest.raises(Forged):
        connection.verify(hook)
    assert connection.key(hook) == connection.key(hook)
    assert connection.parse(hook)
    connection.answer(hook)
