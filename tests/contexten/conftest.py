"""How many histories are drawn, and in which parts."""

import pytest

PER_DEEL = 120


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Each part ends within the time that a test may take."""
    if "geschiedenissen" in metafunc.fixturenames:
        alle = metafunc.config.getoption("--geschiedenissen")
        metafunc.parametrize("geschiedenissen", [min(PER_DEEL, alle - n) for n in range(0, alle, PER_DEEL)])
