"""Signing in to a company in the browser.

Must not: open the browser or listen for the redirect (`wire/oauth` does).
"""

from abc import abstractmethod

from mcdesk.ports.provider import Provider


class SignsIn(Provider):
    """A provider whose account is opened in the browser (OAuth)."""

    #: Fixed loopback port of the redirect, where the company wants one registered; 0 lets the system choose.
    redirect_port: int = 0

    @abstractmethod
    def authorize_url(self, *, redirect: str, state: str) -> str:
        """Where to send the browser."""

    @abstractmethod
    async def finish_sign_in(self, *, code: str, redirect: str) -> None:
        """Exchange the code and store the tokens."""
