"""Einde: how a daemon ends other than by being asked to."""


class NietBegonnen(Exception):
    """The daemon cannot start here; the text says what to do."""


class Gestopt(Exception):
    """The daemon ended by itself; the text says why."""
