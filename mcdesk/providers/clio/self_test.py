"""The Test button for Clio: who is signed in, and whether they may do what mcdesk needs.

Must not: change anything at Clio.
"""

from mcdesk.ports.provider import BadLogin, Check, ProviderError
from mcdesk.providers.clio.api import Api, Record, text
from mcdesk.providers.clio.options import Options

#: What mcdesk reads and writes: (in words, list, the least a list must be asked with).
NEEDED: tuple[tuple[str, str, dict[str, str]], ...] = (
    ("Contacts", "contacts.json", {}),
    ("Call records", "communications.json", {}),
    ("Notes", "notes.json", {"type": "Contact"}),
    ("Tasks", "tasks.json", {}),
)


async def run(api: Api, options: Options) -> list[Check]:
    """One line per thing; stops after the first where nothing else can work."""
    checks = [
        Check("Settings", "fail", complaint, "Correct it in settings.") for complaint in options.complaints
    ]
    try:
        user = await api.get("users/who_am_i.json", {"fields": "id,name,email,enabled,account{name,state}"})
    except ProviderError as error:
        return [*checks, _failed("Sign-in", error)]
    checks.append(_signed_in(user))
    for what, path, params in NEEDED:
        checks.append(await _may_read(api, what, path, params))
    if options.assignee is not None:
        checks.append(await _assignee(api, options.assignee))
    return checks


def _signed_in(user: Record) -> Check:
    account = user.get("account")
    firm = text(account, "name") if isinstance(account, dict) else ""
    who = text(user, "name") or text(user, "email") or "a user Clio does not name"
    detail = f"Signed in as {who}" + (f" of {firm}." if firm else ".")
    return Check("Sign-in", "ok", detail)


async def _may_read(api: Api, what: str, path: str, params: dict[str, str]) -> Check:
    try:
        await api.look(path, {**params, "fields": "id"})
    except ProviderError as error:
        return _failed(what, error)
    return Check(what, "ok", "Can be read.")


async def _assignee(api: Api, user_id: int) -> Check:
    try:
        user = await api.get(f"users/{user_id}.json", {"fields": "id,name,enabled"})
    except ProviderError as error:
        return _failed("Tasks go to", error)
    name = text(user, "name") or str(user_id)
    if user.get("enabled") is False:
        return Check(
            "Tasks go to",
            "fail",
            f"{name} can no longer log in to Clio.",
            "Choose somebody else in settings.",
        )
    return Check("Tasks go to", "ok", f"{name}.")


def _failed(what: str, error: ProviderError) -> Check:
    mend = "Correct this at Clio or in settings, then test again."
    fix = mend if isinstance(error, BadLogin) else "Test again in a minute."
    return Check(what, "fail", error.why, fix)
