"""What the tests of the daemon share with those of the command line."""

from tests.cli.conftest import gevolg

__all__ = ["gevolg"]
