"""Preparation: every store of a data folder made or checked, in a process that ends before the others begin.

LMDB must not be open in a process that forks. And what is wrong with a store (damaged, of a newer version, in use, no
room) is best said before anything runs.
"""

from collections.abc import Sequence
from contextlib import ExitStack
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

from actors.runtime.klok import systeemklok
from storage.errors import StorageError
from storage.opslag import open_lmdb, refuse_lost
from storage.verify_pages import refuse_torn


def prepare(data: Path, registers: Sequence[str]) -> None:
    """Make what is missing of these registers, and check that each can be written. Raises StorageError, OSError."""
    context = get_context("fork")
    hears, tells = context.Pipe(duplex=False)
    child = context.Process(target=_open_all, args=(data, tuple(registers), tells))
    child.start()
    tells.close()
    try:
        problem: Exception | None = hears.recv()
    except EOFError:
        problem = StorageError(f"opening the registers in {data} ended without a word (exit code {child.exitcode})")
    child.join()
    if problem is not None:
        raise problem


def _open_all(data: Path, registers: Sequence[str], tells: Connection) -> None:
    problem: Exception | None = None
    try:
        with ExitStack() as opened:
            refuse_lost(data, registers, systeemklok)
            for register in registers:
                for folder in (data / register).glob("*/data.mdb"):
                    refuse_torn(folder.parent)
                opslag = open_lmdb(data, register, clock=systeemklok)
                opened.callback(opslag.close)
                opslag.gevolgen.head()
    except (StorageError, OSError) as found:
        problem = found
    tells.send(problem)
