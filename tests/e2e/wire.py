"""The wire between a browser and the server, with everything that goes over it counted: pages, their parts, and what
the service worker asks for by itself, which a page's own tools do not show."""

import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from threading import Lock, Thread

REQUEST = re.compile(rb"^(?:GET|POST|HEAD) (\S+) HTTP/1\.1\r\n")
PIECE = 65536


@dataclass
class Wire:
    """`came`: what was asked for, in order, with the bytes that came back for it, headers and all."""

    url: str
    came: list[tuple[str, int]] = field(default_factory=list)
    lock: Lock = field(default_factory=Lock)

    def forget(self) -> None:
        with self.lock:
            self.came.clear()

    @property
    def weight(self) -> int:
        return sum(size for _, size in self.came)

    def asked(self, path: str) -> int:
        with self.lock:
            self.came.append((path, 0))
            return len(self.came) - 1

    def add(self, place: int, size: int) -> None:
        with self.lock:
            if place < len(self.came):
                path, before = self.came[place]
                self.came[place] = (path, before + size)


@contextmanager
def tapped(port: int) -> Iterator[Wire]:
    """An address of its own, from which all is handed on to the server at `port` and back."""
    listener = socket.create_server(("127.0.0.1", 0))
    wire = Wire(f"http://127.0.0.1:{listener.getsockname()[1]}")
    threads: list[Thread] = []
    ends: list[socket.socket] = []

    def accept() -> None:
        with suppress(OSError):
            while True:
                browser, _ = listener.accept()
                server = socket.create_connection(("127.0.0.1", port))
                ends.extend((browser, server))
                begin(Connection(wire, browser, server))

    def begin(one: "Connection") -> None:
        for go in (one.there, one.back):
            threads.append(Thread(target=go, daemon=True))
            threads[-1].start()

    accepting = Thread(target=accept, daemon=True)
    accepting.start()
    yield wire
    for end in (listener, *ends):
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
    for thread in (accepting, *threads):
        thread.join()
    for end in (listener, *ends):
        end.close()


@dataclass
class Connection:
    """On one of these a browser asks one thing after another: what comes belongs to what was asked last."""

    wire: Wire
    browser: socket.socket
    server: socket.socket
    last: int = -1

    def there(self) -> None:
        for piece in pieces(self.browser):
            if found := REQUEST.match(piece):
                self.last = self.wire.asked(found[1].decode())
            self.server.sendall(piece)
        with suppress(OSError):
            self.server.shutdown(socket.SHUT_WR)

    def back(self) -> None:
        for piece in pieces(self.server):
            self.wire.add(self.last, len(piece))
            with suppress(OSError):
                self.browser.sendall(piece)
        with suppress(OSError):
            self.browser.shutdown(socket.SHUT_WR)


def pieces(end: socket.socket) -> Iterator[bytes]:
    with suppress(OSError):
        while piece := end.recv(PIECE):
            yield piece
