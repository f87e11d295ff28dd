"""The seal on what goes between processes: nothing is unpickled that we did not send."""

import pickle
import subprocess
import sys
from pathlib import Path

import pytest

from actors.runtime.processen.transport import SealedPickle

SLEUTEL = b"k" * 32


class Kwaad:
    """What runs a command of its sender when it is unpickled."""

    def __init__(self, merk: Path) -> None:
        self.merk = merk

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        return Path.touch, (self.merk,)


def test_what_was_sealed_comes_out_as_it_went_in() -> None:
    verzegeld = SealedPickle(SLEUTEL)
    assert verzegeld.loads(verzegeld.dumps({"a": (1, b"2")})) == {"a": (1, b"2")}


@pytest.mark.parametrize("zegel", [b"", bytes(16), b"x" * 16])
def test_a_pickle_without_our_seal_is_never_unpickled(tmp_path: Path, zegel: bytes) -> None:
    merk = tmp_path / "uitgevoerd"
    with pytest.raises(ValueError, match="seal"):
        SealedPickle(SLEUTEL).loads(zegel + pickle.dumps(Kwaad(merk)))
    assert not merk.exists()


def test_the_seal_of_another_key_is_not_ours(tmp_path: Path) -> None:
    merk = tmp_path / "uitgevoerd"
    with pytest.raises(ValueError, match="seal"):
        SealedPickle(SLEUTEL).loads(SealedPickle(b"een andere").dumps(Kwaad(merk)))
    assert not merk.exists()


def test_a_sealed_frame_in_which_one_bit_changed_is_not_ours() -> None:
    verzegeld = SealedPickle(SLEUTEL)
    frame = bytearray(verzegeld.dumps("een bericht"))
    for plaats in range(len(frame)):
        frame[plaats] ^= 1
        with pytest.raises(ValueError, match="seal"):
            verzegeld.loads(bytes(frame))
        frame[plaats] ^= 1


def test_loading_it_asks_nobody_what_this_machine_is_called() -> None:
    """Without a working DNS that takes seconds, for every command."""
    vraag = """if True:
        import socket
        gevraagd, echt = [], (socket.getaddrinfo, socket.gethostname, socket.getfqdn)
        socket.getaddrinfo = lambda naam, *rest: gevraagd.append(naam) or echt[0](naam, *rest)
        import actors.runtime.processen.transport
        assert set(gevraagd) == {None, "127.0.0.1"}, gevraagd
        assert (socket.gethostname, socket.getfqdn) == echt[1:]
    """
    subprocess.run([sys.executable, "-c", vraag], check=True)
