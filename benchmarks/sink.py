"""An SMTP server that takes every letter and keeps none, in a process of its own: `python -m benchmarks.sink`."""

import asyncio

ANSWERS = {b"EHLO": b"250 sink\r\n", b"DATA": b"354 go on\r\n", b"QUIT": b"221 bye\r\n"}


class Sink(asyncio.Protocol):
    """Knows nothing of letters but where they end."""

    transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport, self.pending, self.in_letter = transport, b"", False
        transport.write(b"220 sink\r\n")

    def data_received(self, data: bytes) -> None:
        self.pending += data
        while self._take():
            pass

    def _take(self) -> bool:
        end = b"\r\n.\r\n" if self.in_letter else b"\r\n"
        head, found, rest = self.pending.partition(end)
        if not found:
            return False
        self.pending = rest
        word = head[:4].upper()
        self.transport.write(b"250 ok\r\n" if self.in_letter else ANSWERS.get(word, b"250 ok\r\n"))
        self.in_letter = not self.in_letter and word == b"DATA"
        return True


async def serve() -> None:
    server = await asyncio.get_running_loop().create_server(Sink, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve())
