"""A company that cannot be found, speaks no TLS, or shows a certificate nobody knows: texts wait, the office
says so, and after the mending each is sent once.

Must not: fail in any other way (`test_histories` does).
"""

import asyncio
import contextlib
import os
import ssl
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.faults.acts import Call, History
from tests.faults.laboratory import Laboratory, judged
from tests.faults.playing import Player

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(120),
    pytest.mark.skipif(not hasattr(os, "fork"), reason="engines are forked"),
]

STORY = History(start="", callers=("415",), acts=())


def certificate(folder: Path) -> ssl.SSLContext:
    """For this computer, signed by nobody."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    today = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = folder / "localhost.pem"
    pem.write_bytes(
        made.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    return context


@contextlib.contextmanager
def self_signed(folder: Path) -> Iterator[str]:
    """The address of a server with a certificate of its own making; anything it hears is too much."""
    loop = asyncio.new_event_loop()
    heard: list[bytes] = []

    async def hear(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.read(1))
        writer.close()

    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    listening = asyncio.start_server(hear, "127.0.0.1", 0, ssl=certificate(folder))
    server = asyncio.run_coroutine_threadsafe(listening, loop).result(5)
    try:
        yield f"https://localhost:{server.sockets[0].getsockname()[1]}"
    finally:
        loop.call_soon_threadsafe(server.close)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(5)
        loop.close()
    assert heard == [], "our sign-in went to somebody we do not know"


@pytest.mark.parametrize("wrong", ["not found", "no TLS", "unknown certificate"])
def test_texts_wait_for_the_right_address(lab: Laboratory, tmp_path: Path, wrong: str) -> None:
    scene = lab.scene(STORY)
    scene.open()
    player = Player(scene)
    with contextlib.ExitStack() as stack:
        stack.callback(scene.close)
        address = {
            "not found": "http://twilio.invalid",
            "no TLS": scene.twilio.company.url.replace("http://", "https://"),
            "unknown certificate": stack.enter_context(self_signed(tmp_path)),
        }[wrong]
        scene.at_work()
        scene.ask("configure", source=scene.source(twilio=address))
        player.do(Call(0, "missed", to_its_end=True))
        trouble = (
            "SELECT trouble FROM connections WHERE name = 'twilio' AND trouble LIKE '%cannot be reached%'"
        )
        scene.wait(lambda: scene.rows.ask(trouble), "the office says so")
        assert scene.twilio.ask(scene.twilio.company.texts) == []
        player.mend_address()
        caller = scene.number(0)
        scene.wait(
            lambda: scene.twilio.ask(lambda: scene.twilio.company.texts_to(caller)), "the text", seconds=20
        )
        _, found = judged(scene, player)
    assert found == []
