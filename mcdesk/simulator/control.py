"""The control address `/_pretend/`: what a test or a script in another process may ask of a company.
Speaks JSON about things any pretend company has; a company adds its own addresses."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import fields
from typing import Protocol, TypeGuard, get_args

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from mcdesk.simulator.faults import Fault, FaultKind, Faults
from mcdesk.simulator.recorder import RecordedRequest
from mcdesk.simulator.server import CONTROL

Asked = Mapping[str, object]
Do = Callable[[Asked], Awaitable[object]]


class Controlled(Protocol):
    """What the control address needs of a company."""

    @property
    def faults(self) -> Faults: ...
    def refuse(self, seconds: float) -> None: ...
    def requests(self, *, method: str = "", path: str = "") -> list[RecordedRequest]: ...
    def reset(self) -> None: ...
    def count(self) -> Mapping[str, int]: ...


class NotUnderstood(Exception):
    """The control request says something that cannot be done; the sentence is the answer."""


def control_routes(company: Controlled, more: Mapping[str, Do] | None = None) -> list[Route]:
    """GET counts, requests (?method=&path=); POST faults, reset, and what the company adds."""

    async def counts(request: Request) -> Response:
        return JSONResponse(dict(company.count()))

    async def requests(request: Request) -> Response:
        query = request.query_params
        recorded = company.requests(method=query.get("method", ""), path=query.get("path", ""))
        return JSONResponse([one.described() for one in recorded])

    async def faults(asked: Asked) -> object:
        set_fault(company, asked)
        return {"set": True}

    async def reset(asked: Asked) -> object:
        company.reset()
        return {"reset": True}

    posts: dict[str, Do] = {"faults": faults, "reset": reset, **(more or {})}
    return [
        Route(CONTROL + "counts", counts, methods=["GET"]),
        Route(CONTROL + "requests", requests, methods=["GET"]),
        *(Route(CONTROL + name, _posted(do), methods=["POST"]) for name, do in posts.items()),
    ]


def _posted(do: Do) -> Callable[[Request], Awaitable[Response]]:
    async def posted(request: Request) -> Response:
        try:
            asked: object = await request.json() if await request.body() else {}
            if not isinstance(asked, dict):
                raise NotUnderstood("send a JSON object")
            return JSONResponse(await do(asked))
        except (NotUnderstood, ValueError) as trouble:
            return JSONResponse({"error": str(trouble)}, 400)

    return posted


def set_fault(company: Controlled, asked: Asked) -> None:
    """{"kind": "outage" | "refuse", "seconds", "status"?}, {"kind": "clear"}, or the fields of Fault."""
    kind = asked.get("kind")
    if kind == "clear":
        company.faults.clear()
    elif kind == "refuse":
        company.refuse(number(asked, "seconds", 1.0))
    elif kind == "outage":
        status = asked.get("status")
        company.faults.outage(
            number(asked, "seconds", 1.0), status=status if isinstance(status, int) else None
        )
    elif _is_fault_kind(kind):
        company.faults.add(_fault(kind, asked))
    else:
        raise NotUnderstood(f"unknown fault kind {kind!r}")


def _is_fault_kind(kind: object) -> TypeGuard[FaultKind]:
    return kind in get_args(FaultKind)


def _fault(kind: FaultKind, asked: Asked) -> Fault:
    unknown = set(asked) - {field.name for field in fields(Fault)}
    if unknown:
        raise NotUnderstood(f"unknown: {', '.join(sorted(unknown))}")
    count, retry, lasts = asked.get("count", 1), asked.get("retry_after"), asked.get("lasts")
    return Fault(
        kind,
        path=text(asked, "path"),
        method=text(asked, "method"),
        count=count if isinstance(count, int) else None,
        seconds=number(asked, "seconds", 0.0),
        status=int(number(asked, "status", 503)),
        retry_after=retry if isinstance(retry, int) else None,
        lasts=float(lasts) if isinstance(lasts, int | float) else None,
    )


def text(asked: Asked, name: str, default: str = "") -> str:
    value = asked.get(name)
    return value if isinstance(value, str) else default


def number(asked: Asked, name: str, default: float) -> float:
    value = asked.get(name)
    return float(value) if isinstance(value, int | float) else default
