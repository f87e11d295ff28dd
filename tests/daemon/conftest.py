"""What the tests of the daemon share with those of the command line."""

from tests.cli.conftest import _eenmalig, aankoop, gevolg

__all__ = ["_eenmalig", "aankoop", "gevolg"]
