"""Options of the tests that draw from a seed."""

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--kills", type=int, default=30, help="how often tests/duurzaam kills the registers (default: 30)")
    parser.addoption("--stormen", type=int, default=5, help="how many storms tests/simulatie goes through (default: 5)")
    parser.addoption(
        "--seed", type=int, default=None, help="what tests/duurzaam draws from (default: drawn, and shown)"
    )
    parser.addoption(
        "--geschiedenissen",
        type=int,
        default=120,
        help="how many histories tests/contexten/test_tijd.py draws by lot (default: 120)",
    )
