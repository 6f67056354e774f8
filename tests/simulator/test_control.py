"""The simulator from outside: its control address, its own process, its own thread."""

import json
import signal
import subprocess
import sys

import httpx

from mcdesk.simulator import PretendClio, PretendTwilio, run_in_thread
from tests.simulator.stage import CALLER, LINE, clio_client, played, until


@played
async def test_a_call_and_a_text_can_be_asked_for() -> None:
    async with (
        PretendTwilio(pace=200) as twilio,
        httpx.AsyncClient(base_url=twilio.url + "/_pretend") as client,
    ):
        asked = {"from": CALLER, "to": LINE, "script": "hangs-up-while-ringing", "wait": True}
        assert (await client.post("/call", json=asked)).json()["ended"] is True
        await client.post("/call", json={"from": CALLER, "answers_after": 2})
        await until(lambda: any(leg.talked for leg in twilio.ledger.calls.values()))
        await client.post("/text", json={"from": CALLER, "body": "STOP"})
        counts = (await client.get("/counts")).json()
        assert (counts["calls"], counts["replies"], counts["opt_outs"]) == (2, 1, 1)


@played
async def test_nonsense_is_answered_with_what_is_wrong() -> None:
    async with PretendTwilio() as twilio, httpx.AsyncClient(base_url=twilio.url + "/_pretend") as client:
        for path, body in (("/call", {"from": CALLER, "script": "sings"}), ("/faults", {"kind": "rain"}),
                           ("/call", {}), ("/faults", {"kind": "status", "shoe": 1})):  # fmt: skip
            answer = await client.post(path, json=body)
            assert answer.status_code == 400
            assert answer.json()["error"]


@played
async def test_faults_requests_and_reset_work_over_the_wire() -> None:
    async with PretendClio() as clio, clio_client(clio) as client:
        await client.post(
            clio.url + "/_pretend/faults", json={"kind": "status", "path": "/notes", "status": 422}
        )
        data = {"data": {"type": "Contact"}}
        assert (await client.post("/notes.json", json=data)).status_code == 422
        recorded = (await client.get(clio.url + "/_pretend/requests", params={"path": "/notes"})).json()
        assert [(one["method"], one["json"], one["fault"]) for one in recorded] == [("POST", data, "status")]
        clio.add_contact("Dana Reyes")
        await client.post(clio.url + "/_pretend/reset")
        assert clio.contacts == []
        assert clio.requests() == []
        assert clio.users


def test_a_company_runs_on_its_own_thread() -> None:
    with run_in_thread(PretendTwilio(pace=500)) as thread:
        finish = thread.start(thread.company.call, CALLER)
        thread.run(thread.company.text, CALLER, "Hello")
        assert finish().status == "no-answer"
        assert [message.body for message in thread.ask(thread.company.replies)] == ["Hello"]
        url = thread.company.url
        assert httpx.get(url + "/_pretend/counts", trust_env=False).json()["calls"] == 1


def test_the_simulator_runs_as_a_process_and_ends_with_its_counts() -> None:
    command = [
        sys.executable,
        "-m",
        "mcdesk.simulator",
        "--pace",
        "500",
        "--hooks",
        "http://127.0.0.1:9/none",
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        ready = json.loads(process.stdout.readline())
        asked = {"from": CALLER, "script": "hangs-up-while-ringing", "wait": True}
        httpx.post(ready["twilio"] + "/_pretend/call", json=asked, timeout=20, trust_env=False)
        headers = {"Authorization": f"Bearer {ready['access_token']}"}
        users = httpx.get(ready["clio"] + "/api/v4/users.json", headers=headers, trust_env=False)
        process.send_signal(signal.SIGTERM)
        counts = json.loads(process.stdout.readline())
    assert ready["ready"] is True
    assert users.status_code == 200
    assert counts["calls"] == 1
    assert process.returncode == 0
