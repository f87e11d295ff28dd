"""So many requests per second, and a burst after some quiet: against a plain count of what was let through."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.daemon.toegang import verzoeklimiet as module
from actors.daemon.toegang.verzoeklimiet import TeVeelVerzoeken, Verzoeklimiet


class Klok:
    nu = 50.0

    def __call__(self) -> float:
        return self.nu


def mag(limiet: Verzoeklimiet, naam: str = "sam") -> bool:
    try:
        limiet.neem(naam)
    except TeVeelVerzoeken:
        return False
    return True


@given(
    st.integers(1, 20), st.integers(1, 30), st.lists(st.tuples(st.integers(0, 64), st.sampled_from("ab")), max_size=200)
)
def test_in_any_period_no_more_is_let_through_than_the_burst_and_what_was_added(
    per_s: int, stoot: int, stappen: list[tuple[int, str]]
) -> None:
    klok = Klok()
    limiet = Verzoeklimiet(per_s, stoot, klok)
    gelukt: dict[str, list[float]] = {"a": [], "b": []}
    for zestiende, naam in stappen:
        klok.nu += zestiende / 16
        eerder = gelukt[naam]
        if mag(limiet, naam):
            eerder.append(klok.nu)
        else:  # refused only when some period is full
            assert any(len(eerder) - n >= stoot - 1 + (klok.nu - t) * per_s - 1e-6 for n, t in enumerate(eerder))
        for n, t in enumerate(eerder):
            assert len(eerder) - n <= stoot + (klok.nu - t) * per_s + 1e-6


def test_who_is_refused_is_told_how_long_to_wait_and_after_that_he_may() -> None:
    klok = Klok()
    limiet = Verzoeklimiet(2, 5, klok)
    assert [mag(limiet) for _ in range(6)] == [True] * 5 + [False]
    with pytest.raises(TeVeelVerzoeken) as gevangen:
        limiet.neem("sam")
    assert gevangen.value.wacht_s == 1
    assert "hoogstens 2 verzoeken per seconde" in str(gevangen.value)
    assert mag(limiet, "robin")
    klok.nu += gevangen.value.wacht_s
    assert [mag(limiet) for _ in range(3)] == [True, True, False]


def test_the_number_of_buckets_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_EMMERS", 10)
    limiet = Verzoeklimiet(1, 1, Klok())
    assert all(mag(limiet, f"gebruiker-{n}") for n in range(100))
    assert len(limiet._emmers) == 10
    assert not mag(limiet, "gebruiker-99")
