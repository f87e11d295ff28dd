"""Where a daemon listens."""

import socket
from pathlib import Path
from typing import Any

from actors.daemon.dienst import Dienst, Luisteren


def test_an_answer_in_two_parts_does_not_wait_for_the_first_to_be_acknowledged(tmp_path: Path) -> None:
    """A server writes head and body one after the other: with Nagle's algorithm that is 40 ms per request."""
    geen: Any = None
    with (
        Dienst(tmp_path, (), Luisteren(poort=0), geen)._luister() as luister,
        socket.create_connection(luister.getsockname()[:2]),
    ):
        verbinding, _ = luister.accept()
        with verbinding:
            assert verbinding.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
