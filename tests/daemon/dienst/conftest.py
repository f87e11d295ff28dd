"""As many kills as were asked for, a few in each test."""

import pytest

_OP_HET_GEHEEL = 15
"""For each so many kills that are asked for, one test in which each kind of process is killed: that takes as long."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "deel" in metafunc.fixturenames:
        metafunc.parametrize("deel", range(max(1, metafunc.config.getoption("--kills") // _OP_HET_GEHEEL)))
