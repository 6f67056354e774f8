"""Signing in by authorization code (RFC 6749, PKCE RFC 7636), and access tokens that are always fresh.

Must not: know any company, or keep tokens (the connection's `TokenStore` does).
"""

import asyncio
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from authlib.oauth2.rfc6749 import OAuth2Token
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge

from mcdesk.ports.provider import BadLogin, ProviderError, Tokens, TokenStore, Unreachable, Unsure
from mcdesk.ports.signin import SignsIn
from mcdesk.wire.client import Client
from mcdesk.wire.loopback import Loopback

# authlib gives the addresses, the challenge and the reading of token answers. Its own HTTP client stays out:
# it would be a second way out beside `Client`, with errors of its own, and since 1.9 warns that httpx goes.

#: A person has this long to finish in the browser.
PATIENCE = timedelta(minutes=5)
#: Tokens are renewed this long before they run out.
LEEWAY = timedelta(seconds=60)
#: Longer is no end.
_TEN_YEARS = 10 * 365 * 86400
#: For companies whose access tokens do not run out.
NEVER = datetime(9999, 1, 1, tzinfo=UTC)
#: What a token address answers where our own registration is wrong, not the person's sign-in.
OUR_REGISTRATION = frozenset({"invalid_client", "unauthorized_client"})


def sign_in_again(company: str, connection: str) -> str:
    """The sentence that says how to sign in."""
    return f"Sign in to {company} again: mcdesk sign-in {connection}"


async def sign_in(
    provider: SignsIn, open_browser: Callable[[str], object], *, within: timedelta = PATIENCE
) -> None:
    """Let a person sign in: opens the browser (`open_browser` must not block), waits for it to come back,
    stores the tokens. `BadLogin` says why it did not come to that."""
    again = sign_in_again(provider.title, provider.setup.connection)
    state = secrets.token_urlsafe(32)
    async with Loopback(provider.title, state=state, again=again, port=provider.redirect_port) as loopback:
        open_browser(provider.authorize_url(redirect=loopback.redirect, state=state))
        code = await loopback.code(within=within)
        await provider.finish_sign_in(code=code, redirect=loopback.redirect)


@dataclass(frozen=True, kw_only=True)
class App:
    """Our registration at a company, and where it signs people in."""

    #: As people know it; begins every error sentence.
    company: str
    #: The connection's name, for the command in error sentences.
    connection: str
    client_id: str
    client_secret: str = field(default="", repr=False)
    authorize_url: str
    token_url: str
    scope: str | None = None
    #: Off where the company does not document it.
    pkce: bool = True
    #: More words for the authorize address.
    extra: Mapping[str, str] = field(default_factory=dict)


class OAuth:
    """One connection's sign-in. Lives on one event loop."""

    def __init__(self, app: App, tokens: TokenStore | None) -> None:
        self._app = app
        self._store = tokens
        self._client = Client(app.company, base_url=app.token_url, explain=self._explain)
        self._verifier: str | None = None
        self._renewing: asyncio.Task[Tokens] | None = None

    @property
    def again(self) -> str:
        return sign_in_again(self._app.company, self._app.connection)

    def authorize_url(self, *, redirect: str, state: str) -> str:
        """Where to send the browser. A later call forgets the earlier one's PKCE secret."""
        app = self._app
        if not app.client_id:
            raise BadLogin(f"{app.company} needs a client id. Enter it in settings. {self.again}")
        extra = dict(app.extra)
        if app.pkce:
            self._verifier = secrets.token_urlsafe(64)
            extra["code_challenge"] = create_s256_code_challenge(self._verifier)
            extra["code_challenge_method"] = "S256"
        return str(
            prepare_grant_uri(
                app.authorize_url,
                client_id=app.client_id,
                response_type="code",
                redirect_uri=redirect,
                scope=app.scope,
                state=state,
                **extra,
            )
        )

    async def finish(self, *, code: str, redirect: str) -> None:
        """Exchange the code and store the tokens."""
        store = self._tokens_kept()
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect}
        if self._verifier is not None:
            form["code_verifier"] = self._verifier
        try:
            tokens = await self._ask(form, repeatable=False)
        except (Unsure, Unreachable) as error:
            raise Unreachable(
                f"{self._app.company} did not answer the sign-in. Check the internet connection. {self.again}"
            ) from error
        await store.save(tokens)

    async def bearer(self, *, rejected: Tokens | None = None) -> Tokens:
        """Tokens good for a request now, renewed where they are about to run out or are the `rejected` ones
        (the company answered 401). Asking many times at once, here or in other processes, renews once."""
        store = self._tokens_kept()
        tokens = await store.load()
        if tokens is None:
            raise BadLogin(f"Nobody has signed in to {self._app.company}. {self.again}")
        if rejected is None and tokens.expires_at - LEEWAY > datetime.now(UTC):
            return tokens
        if rejected is not None and tokens.access != rejected.access:
            return tokens
        return await self._renewed(store, tokens)

    async def close(self) -> None:
        # A renewal on the wire is waited for: cut short, it could lose the only valid refresh token.
        if self._renewing is not None:
            await asyncio.wait({self._renewing})
        if self._store is not None:
            await self._store.close()
        await self._client.close()

    async def _renewed(self, store: TokenStore, stale: Tokens) -> Tokens:
        # A task of its own, shared and shielded: a caller that gives up must not cut the renewal short.
        if self._renewing is None or self._renewing.done():
            self._renewing = asyncio.create_task(store.refresh(stale, self._refresh))
            self._renewing.add_done_callback(_look)
        return await asyncio.shield(self._renewing)

    async def _refresh(self, stale: Tokens) -> Tokens:
        if not stale.refresh:
            raise BadLogin(f"The sign-in to {self._app.company} has run out. {self.again}")
        form = {"grant_type": "refresh_token", "refresh_token": stale.refresh}
        # Repeatable: the request that needed the token was not sent, so no outcome of it is unknown.
        return await self._ask(form, repeatable=True, refresh=stale.refresh)

    async def _ask(self, form: Mapping[str, str], *, repeatable: bool, refresh: str = "") -> Tokens:
        app = self._app
        ours = {"client_id": app.client_id, "client_secret": app.client_secret}
        answer = await self._client.request(
            "POST",
            app.token_url,
            form={**form, **{name: value for name, value in ours.items() if value}},
            repeatable=repeatable,
        )
        tokens = _tokens(answer.data, refresh)
        if tokens is None:
            raise Unreachable(f"{app.company} sent a sign-in that cannot be read. {self.again}")
        return tokens

    def _tokens_kept(self) -> TokenStore:
        if self._store is None:
            raise BadLogin(f"Nobody has signed in to {self._app.company}. {self.again}")
        return self._store

    def _explain(self, status: int, data: Any) -> ProviderError | None:
        if status not in (400, 401, 403):
            return None
        error = data.get("error") if isinstance(data, dict) else None
        code = error if isinstance(error, str) else str(status)
        if code in OUR_REGISTRATION:
            return BadLogin(
                f"{self._app.company} does not accept the client id and secret. "
                f"Check both in settings. {self.again}",
                code=code,
            )
        return BadLogin(f"{self._app.company} no longer accepts our sign-in. {self.again}", code=code)


def _look(task: asyncio.Task[Tokens]) -> None:
    """Everybody who asked may have given up; the error is then nobody's, and no reason for a warning."""
    if not task.cancelled():
        task.exception()


def _tokens(data: Any, refresh: str) -> Tokens | None:
    """The tokens in a token answer; `refresh` is kept where it brings no new one."""
    if not isinstance(data, dict):
        return None
    try:
        token = OAuth2Token(dict(data))
        expires_at = token.get("expires_at")
        until = NEVER if expires_at is None else datetime.fromtimestamp(int(expires_at), UTC)
    except (TypeError, ValueError, OverflowError, OSError):
        return None
    access = token.get("access_token")
    if not isinstance(access, str) or not access:
        return None
    return Tokens(
        access=access,
        refresh=str(token.get("refresh_token") or refresh),
        expires_at=until,
        renewable_until=_renewable_until(data),
    )


def _renewable_until(data: dict[str, Any]) -> datetime | None:
    """Companies whose refresh tokens end say in how many seconds; the standard has no word for it."""
    seconds = data.get("refresh_token_expires_in")
    if not isinstance(seconds, int) or isinstance(seconds, bool) or not 0 < seconds < _TEN_YEARS:
        return None
    return (datetime.now(UTC) + timedelta(seconds=seconds)).replace(microsecond=0)
