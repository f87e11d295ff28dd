"""Vernietiging: personal values that nobody can read any more, and the declaration of that (AVG 17, Archiefwet).

What was recorded stays, and so does its chain hash: only the key of the betrokkene is destroyed.
"""

from typing import NamedTuple


class Vernietiging(NamedTuple):
    """The verklaring van vernietiging: whose values, on whose behalf and how they were destroyed."""

    betrokkene: str
    toelichting: str
    wijze: str = "de sleutel van de betrokkene is vernietigd; wat ermee is versleuteld is onleesbaar"
