"""Every bound of storage, with its reason. Sizes in bytes unless the name says otherwise."""

from __future__ import annotations

from typing import Final

FORMAT: Final = 1
"""The one stored format this version writes and reads; raised when the meaning of stored bytes changes."""

ENGINE: Final = 0
"""LMDB file format generation (py-lmdb `lib_version`): 0.9 is the one with years of use behind it."""

MAX_RECORD_BYTES: Final = 1 << 20
"""Content of one transactie or verstrekking: far above any sensible commando, small enough to hold many."""

MAX_ANSWER_BYTES: Final = 1 << 16
"""A kept refusal is a rule name and some sentences."""

MAX_ABONNEMENT_BYTES: Final = 1 << 14
"""An abonnement is an address, some names, two secrets and a position."""

MAX_ENTRIES: Final = 10_000
"""Entries per batch: a commit then stays well under a second, and does not hold other commando's up."""

MAX_BATCH_BYTES: Final = 64 << 20
"""Contents of one batch together: LMDB keeps the dirty pages of a transaction in memory."""

MAX_GEVOLGEN: Final = (1 << 16) - 1
"""Gevolgen in one transactie: the record header counts them in 16 bits."""

MAX_SLEUTELS: Final = 100
"""Natural keys touched by one entry: an aggregaat has one or two."""

MAX_KEY_BYTES: Final = 511
"""LMDB's own bound on a key."""

MAX_ROW_KEY_BYTES: Final = 501
"""Keys of rows in a projectie: a length and a position fit beside one."""

MAX_NAME_BYTES: Final = 255
"""Names in UTF-8 (aggregaat, reader, verstrekking, projectie, betrokkene): half of LMDB's 511, so that a
prefix fits beside one, and countable in one byte."""

MAX_DATABASES: Final = 256
"""Named databases of one environment: every version of every projectie there ever was has four, so some sixty fit."""

ID_BYTES: Final = 16
"""Commando ids, digests of commando's, store ids: the size of a UUID."""

HASH_BYTES: Final = 32
"""Chain hashes and content digests: BLAKE2b-256."""

CLOCK_TOLERANCE_SECONDS: Final = 5
"""How far the clock may lie behind the last registration moment. Time servers correct by less; a bigger step
is a fault someone must look at, and stamping on would give moments that are not true."""

INITIAL_MAP_BYTES: Final = 1 << 30
"""First size of the memory map: address space, not disk; at ease for a million gevolgen."""

ABONNEMENTEN_MAP_BYTES: Final = 1 << 24
"""First size of the map of the abonnementen: room for a thousand of the largest."""

MAP_GROWTH: Final = 2
"""The map doubles when full: growing is rare and each step costs readers one remap."""

MAX_MAP_BYTES: Final = 1 << 42
"""4 TiB: past this something else is wrong."""

SLICE_ROWS: Final = 256
"""Rows read in one read transaction: a reader that lives long keeps LMDB from reusing pages."""

SLICE_BYTES: Final = 4 << 20
"""Values read in one read transaction: 256 of the greatest records together would be 256 MiB."""

LOW_SPACE_BYTES: Final = 16 << 20
"""Less free disk than this makes an I/O error a full disk: LMDB reports ENOSPC as EIO."""

SNAPSHOT_TRIES: Final = 100
"""How often all registers are opened to read at one moment, when one already refers to what another then did not have:
that takes two commits between two looks, so once more is nearly always enough."""

READER_BEHIND: Final = 1_000
"""Commits after which a moment that somebody still reads is one too long: LMDB uses none of its pages again, and no
question takes that long. A backup may."""

CACHED_STREAMS: Final = 50_000
"""Streams whose last volgnummer the writer remembers: some 10 MB, and it saves two look-ups per entry."""

CACHED_CIPHERS: Final = 4_096
"""Betrokkenen whose cipher is kept ready: some 4 MB."""

MAX_FINDINGS: Final = 1_000
"""Findings `verify` lists: past this nobody repairs by hand, and a broken index would fill memory."""
