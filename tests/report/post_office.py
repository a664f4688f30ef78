"""An SMTP server on the loopback address that keeps what it is sent: just enough of RFC 5321."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage


class PostOffice:
    """The letters that came in, each with the receivers that its envelope names."""

    def __init__(self) -> None:
        self.port = 0
        self.letters: list[tuple[list[str], EmailMessage]] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        receivers: list[str] = []

        def say(text: str) -> None:
            writer.write(f"{text}\r\n".encode())

        say("220 here")
        while line := (await reader.readline()).decode().strip():
            match line.partition(" ")[0].upper():
                case "RCPT":
                    receivers.append(line.partition(":")[2].strip("<> "))
                    say("250 ok")
                case "DATA":
                    say("354 go on")
                    await writer.drain()
                    packed = await reader.readuntil(b"\r\n.\r\n")
                    letter = message_from_bytes(packed[:-3].replace(b"\r\n..", b"\r\n."), policy=policy.default)
                    assert isinstance(letter, EmailMessage)
                    self.letters.append((receivers, letter))
                    say("250 kept")
                case "QUIT":
                    say("221 bye")
                    break
                case _:
                    say("250 ok")
            await writer.drain()
        writer.close()


@contextmanager
def post_office() -> Iterator[PostOffice]:
    """Run a server on a free port until the block is left."""
    office, loop = PostOffice(), asyncio.new_event_loop()
    server = loop.run_until_complete(asyncio.start_server(office.serve, "127.0.0.1", 0, limit=64 * 2**20))
    office.port = server.sockets[0].getsockname()[1]
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield office
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        server.close()
        loop.close()
