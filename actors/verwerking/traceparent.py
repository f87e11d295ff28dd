"""Traceparent: which trace something belongs to, as W3C Trace Context writes it: `00-<trace id>-<span id>-<flags>`.

The span of a transactie, and that of each gevolg, follow from their ids: whoever tells of them, now or later, tells the
same. An empty text stands for no trace.
"""

import re
from hashlib import blake2b
from typing import NamedTuple, Self

_VORM = re.compile(r"([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?", re.ASCII)
_GEMETEN = 1


class Traceparent(NamedTuple):
    """A place in a trace: 32 and 16 lower-case hexadecimal digits, and whether this trace is measured (sampled)."""

    trace_id: str
    span_id: str
    gemeten: bool

    @classmethod
    def lees(cls, tekst: str) -> Self | None:
        """The traceparent in a text; None when it is none, as the standard wants it read (also of a later version)."""
        gevonden = _VORM.fullmatch(tekst)
        if gevonden is None:
            return None
        versie, trace_id, span_id, vlaggen, rest = gevonden.groups()
        if versie == "ff" or (versie == "00" and rest) or not int(trace_id, 16) or not int(span_id, 16):
            return None
        return cls(trace_id, span_id, bool(int(vlaggen, 16) & _GEMETEN))

    def __str__(self) -> str:
        return f"00-{self.trace_id}-{self.span_id}-{int(self.gemeten):02x}"


def span_id(wat: str) -> str:
    """The span id of a transactie (by the id of its commando) or of a gevolg (by its own)."""
    return blake2b(wat.encode(), digest_size=8, person=b"gevolg span").hexdigest()


def trace_id(trace: str) -> str | None:
    """The trace id in a traceparent that was kept; None when there is none."""
    gelezen = Traceparent.lees(trace)
    return gelezen.trace_id if gelezen else None


def vervolg(trace: str, wat: str) -> str:
    """The same trace one step further, from the transactie or gevolg with this id; empty without trace."""
    gelezen = Traceparent.lees(trace)
    return str(gelezen._replace(span_id=span_id(wat))) if gelezen else ""
