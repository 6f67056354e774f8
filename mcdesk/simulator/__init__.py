"""Pretend companies that speak the real wire formats on loopback, and scripted people who call.
Written from the companies' published contracts; knows nothing of mcdesk and imports none of it.

Start one inside a running loop, each on a port of its own (0: any free one):

    async with PretendTwilio(numbers=["+14155550100"], pace=20) as twilio:
        twilio.point_hooks_at("http://127.0.0.1:41234/hooks/twilio/secret")
        await twilio.call("+14155550142", plan=CallPlan(hangs_up_after=6))
        await twilio.texts_reach("+14155550142", 1, seconds=10)
        await twilio.text("+14155550142", "STOP")

    async with PretendClio() as clio:
        clio.add_contact("Dana Reyes", "(415) 555-0142")
        token = clio.issue_token()["access_token"]

    async with PretendOffice(callers=True, on_event=print) as office:
        office.twilio.url, office.clio.url, office.counts()

or on a thread of its own, from a test or program without a loop:

    with run_in_thread(PretendTwilio()) as thread:
        thread.run(thread.company.text, "+14155550142", "Hello")   # a coroutine method, to its end
        finish = thread.start(thread.company.call, "+14155550142") # begins; finish() waits
        thread.ask(thread.company.texts)                           # a plain method

or as a process of its own, which prints one JSON line when it listens:

    python -m mcdesk.simulator --twilio-port 9099 --clio-port 9098 --hooks URL --callers --events

Accounts: `twilio.account.sid`, `.auth_token`; `clio.sign_in.client_id`, `.client_secret`.
`pace` divides the story's waits (ringing, talking, delivery); times on the wire are the wall clock.
A number with no VoiceUrl rings out and is found in the call log alone; `ledger.numbers[n].twiml` plays
a fixed document there instead (say a `<Dial>` to the office), still without hooks.

Failures: `faults.add(Fault("status", path="/Messages.json", status=429, retry_after=2))`, its kinds are
explained at `Fault`; `faults.outage(3.0)`; `refuse(3.0)`: nobody listens; `faults.plan = FaultPlan(seed,
rate)` draws them by the seed, and `account.hook_plan = HookPlan(seed, rate)` hooks that come twice, late,
overtaken or never.

What happened: `texts()`, `texts_to(number)`, `replies()`, `calls()`, `ledger` (all records, `arrivals`
by (To, Body)), `hooks` (as sent, with signatures; `send_again(hook)` repeats one),
`requests(method=, path=)`; at Clio `contacts`, `notes`, `communications`, `tasks`, `calendar_entries`;
`counts()` of the office.

Control address, JSON, on every port: GET /_pretend/counts, /_pretend/requests?method=&path=; POST
/_pretend/faults, /_pretend/reset; on Twilio's also POST /_pretend/call {from, to, script, wait},
/_pretend/text {from, to, body}, /_pretend/arrivals.
"""

from mcdesk.simulator.callers import SCRIPTS, Script
from mcdesk.simulator.clio.company import PretendClio
from mcdesk.simulator.counting import Measure, counted
from mcdesk.simulator.events import OnEvent
from mcdesk.simulator.faults import Fault, FaultKind, Faults
from mcdesk.simulator.office import PretendOffice
from mcdesk.simulator.plans import FaultPlan, HookPlan
from mcdesk.simulator.recorder import RecordedRequest
from mcdesk.simulator.threads import InThread, run_in_thread
from mcdesk.simulator.twilio.account import SentHook
from mcdesk.simulator.twilio.company import PretendTwilio
from mcdesk.simulator.twilio.plan import CallPlan
from mcdesk.simulator.twilio.signing import signature

__all__ = [
    "SCRIPTS",
    "CallPlan",
    "Fault",
    "FaultKind",
    "FaultPlan",
    "Faults",
    "HookPlan",
    "InThread",
    "Measure",
    "OnEvent",
    "PretendClio",
    "PretendOffice",
    "PretendTwilio",
    "RecordedRequest",
    "Script",
    "SentHook",
    "counted",
    "run_in_thread",
    "signature",
]
