"""Serialisatie: whatever was recorded comes back as it was."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actors.register.claim import Claim, Mededeling, claim_id
from actors.register.gevolg import (
    Aanhouding,
    Afleiding,
    Beoordeling,
    Bericht,
    Gevolg,
    Herroeping,
    Inhoud,
    Overname,
    Transactie,
    Vastlegging,
    Wachtend,
    Wijziging,
)
from actors.register.persoonsgegeven import Persoonsgegeven
from actors.register.tijdlijnen import OPEN_BEGIN, OPEN_EIND, Invoer, Ontbreekt, Stap, Stuk
from actors.register.verantwoording import (
    Aanleiding,
    Grond,
    Mandaat,
    Software,
    Verantwoordelijke,
    Verantwoording,
    Verklaring,
)
from actors.register.zekerheid import Twijfel
from actors.verwerking.serialisatie import Serialisatie
from storage.codec import pack, unpack
from storage.errors import NewerFormat, StorageError
from storage.gevolgenstore import ZERO_HASH, Record
from storage.sleutelbos_memory import MemorySleutelbos
from tests.domein import auto, gegeven

NU = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)

# --- anything that can be recorded ----------------------------------------------------------------------------

momenten = st.datetimes(timezones=st.just(UTC))
woorden = st.text(min_size=1, max_size=8)
kaal = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=20)
    | st.decimals(allow_nan=False, allow_infinity=False)
    | st.fractions()
    | st.dates()
    | momenten
)
waarden = (
    kaal
    | st.builds(Persoonsgegeven, woorden, kaal)
    | st.dictionaries(woorden, kaal, max_size=3)
    | st.lists(kaal, max_size=3)
)
onderwerpen = st.lists(woorden, min_size=1, max_size=2).map(tuple)
dagen = st.just(OPEN_BEGIN) | st.dates() | st.just(OPEN_EIND)
twijfels = st.frozensets(st.builds(Twijfel, woorden, woorden, woorden), max_size=2)
soorten = st.sampled_from(Wijziging)
gronden = st.lists(st.builds(Grond, woorden, woorden, woorden), max_size=2).map(tuple)
verklaringen = st.builds(
    Verklaring,
    woorden,
    st.integers(0, 9),
    st.lists(st.builds(Invoer, woorden, woorden, waarden, woorden), max_size=2).map(tuple),
    st.lists(st.builds(Stap, woorden, waarden), max_size=2).map(tuple),
    st.none() | woorden,
)
mededelingen = st.builds(
    Mededeling,
    onderwerpen,
    woorden,
    dagen,
    dagen,
    waarden,
    waarden,
    woorden,
    twijfels,
    woorden,
    woorden,
    st.none() | woorden,
)
berichten = st.builds(
    Bericht,
    st.integers(0),
    st.datetimes(timezones=st.just(UTC)),
    st.lists(woorden, max_size=2).map(tuple),
    st.lists(mededelingen, max_size=2).map(tuple),
)
wachtenden = st.builds(Wachtend, onderwerpen, woorden, dagen, dagen, woorden, st.booleans())


@st.composite
def gevolgen(draw: st.DrawFn) -> Gevolg:
    id_, verklaring = draw(woorden), draw(st.none() | verklaringen)
    inhoud: Inhoud
    match draw(st.integers(0, 5)):
        case 0:
            beweringen = draw(
                st.lists(st.tuples(onderwerpen, woorden, waarden, dagen, dagen, st.none() | woorden), max_size=2)
            )
            inhoud = Vastlegging(tuple(Claim(claim_id(id_, n), *b) for n, b in enumerate(beweringen)))
        case 1:
            v = verklaring or Verklaring("", 0, (), ())
            stuk = Stuk(
                draw(dagen),
                draw(dagen),
                draw(waarden),
                draw(woorden),
                draw(twijfels),
                v.regelversie,
                tuple((i.gegeven, i.claim) for i in v.invoer),
                v.invoer,
                v.stappen,
                toelichting=v.toelichting,
            )
            inhoud = Afleiding(draw(onderwerpen), draw(woorden), stuk, draw(waarden), draw(st.none() | woorden))
        case 2:
            inhoud = Overname(draw(woorden), draw(st.binary(max_size=16)), tuple(draw(st.lists(berichten, max_size=2))))
        case 3:
            inhoud = Aanhouding(tuple(draw(st.lists(wachtenden, max_size=2))))
        case 4:
            blijft = st.lists(st.tuples(st.binary(max_size=16), st.integers(0)), max_size=3)
            inhoud = Herroeping(draw(woorden), tuple(draw(blijft)))
        case _:
            taken = tuple(draw(st.lists(woorden, max_size=3)))
            inhoud = Beoordeling(
                draw(woorden), draw(st.binary(max_size=16)), draw(st.integers(0)), draw(woorden), taken, draw(woorden)
            )
    naam = draw(st.sampled_from(["AutoGeregistreerd", "FysiekMilieueffectVastgesteld"]))
    return Gevolg(id_, naam, 1, draw(soorten), inhoud, draw(gronden), verklaring)


transacties = st.builds(
    Transactie,
    register=st.just("proef"),
    aggregaat=woorden,
    aggregaat_id=woorden,
    volgnummer=st.integers(1),
    commando_id=woorden,
    commando=woorden,
    verantwoording=st.builds(
        Verantwoording,
        aanleiding=st.builds(Aanleiding, woorden, woorden, woorden, st.none() | woorden),
        gebeurd_op=st.dates() | momenten,
        geregistreerd_door=woorden,
        verantwoordelijke=st.builds(Verantwoordelijke, woorden, woorden),
        software=st.builds(Software, woorden, woorden, woorden, woorden),
        beslisser=st.none() | woorden,
        namens=st.none() | st.builds(Mandaat, woorden, woorden),
        voert_uit=st.none() | woorden,
        oorzaak=woorden,
    ),
    gevolgen=st.lists(gevolgen(), max_size=2).map(tuple),
    positie=st.just(7),
    geregistreerd_op=st.just(NU),
)


def serialisatie(**anders: Any) -> Serialisatie:
    return Serialisatie("proef", MemorySleutelbos("proef"), **anders)


def lees(een: Serialisatie, inhoud: bytes) -> Transactie:
    return een.decodeer(Record(7, NU, 1, inhoud, ZERO_HASH))


@given(transacties)
@settings(max_examples=60, deadline=None)
def test_any_transactie_comes_back_as_it_was_and_gives_the_same_bytes_again(transactie: Transactie) -> None:
    een = serialisatie()
    inhoud = een.encodeer(transactie)
    terug = lees(een, inhoud)
    assert terug == transactie
    assert een.encodeer(terug) == inhoud, "1 and True, 4.4 and 4.40 are equal and not the same"


@pytest.mark.parametrize("waarde", [1.5, float("nan"), {"a": 0.1}, [1.0], Persoonsgegeven("sam", 2.5), object(), {1}])
def test_what_is_not_exact_or_not_known_is_never_stored(waarde: Any) -> None:
    with pytest.raises(TypeError):
        serialisatie().naar_bytes(waarde)


def _met(waarde: Any) -> dict[str, tuple[Inhoud, Verklaring | None]]:
    """This value in every place of a gevolg where a value can stand."""
    zonder = Stuk(OPEN_BEGIN, OPEN_EIND, 1, "c")
    mededeling = Mededeling(("a",), "g", OPEN_BEGIN, OPEN_EIND, 1, 1, "c")

    def over(m: Mededeling) -> Overname:
        return Overname("bron", b"1" * 16, (Bericht(1, NU, (), (m,)),))

    stil = Aanhouding(())
    return {
        "claim": (Vastlegging((Claim("c#0", ("a",), "g", waarde, OPEN_BEGIN, OPEN_EIND),)), None),
        "afleiding": (Afleiding(("a",), "g", zonder._replace(waarde=waarde)), None),
        "was": (Afleiding(("a",), "g", zonder, waarde), None),
        "mededeling": (over(mededeling._replace(waarde=waarde)), None),
        "mededeling was": (over(mededeling._replace(was=waarde)), None),
        "invoer": (stil, Verklaring("r", 1, (Invoer("g", "c", waarde, "onbetwist"),), ())),
        "stap": (stil, Verklaring("r", 1, (), (Stap("en dus", waarde),))),
    }


@pytest.mark.parametrize("plaats", _met(1))
@pytest.mark.parametrize(
    "waarde",
    [1.5, [1.0], {"a": 0.1}, {1: "a"}, object(), {1}, Wijziging.HERZIEN, Ontbreekt("x"), Persoonsgegeven("s", 2.5)],
)
def test_in_no_place_of_a_gevolg_is_stored_what_is_not_exact_or_not_known(plaats: str, waarde: Any) -> None:
    inhoud, verklaring = _met(waarde)[plaats]
    gevolg = Gevolg("g1", "AutoGeregistreerd", 1, Wijziging.REGISTREREN, inhoud, (), verklaring)
    software, wie = Software("p", "m", "s"), Verantwoordelijke("o", "d")
    verantwoording = Verantwoording(Aanleiding("signaal", "1", "o"), NU, "ik", wie, software, "c1")
    with pytest.raises(TypeError):
        serialisatie().encodeer(Transactie("proef", "auto", "a", 1, "c1", "Registreer", verantwoording, (gevolg,)))


@pytest.mark.parametrize("waarde", [1.5, [1.0], Ontbreekt("x"), object()])
def test_no_row_holds_what_is_not_exact_or_not_known(waarde: Any) -> None:
    with pytest.raises(TypeError):
        serialisatie().rij_naar_bytes(
            (("a",), {"punten": [(OPEN_BEGIN, OPEN_EIND, waarde, "c", "onbetwist")]}), [waarde]
        )


def test_an_answer_that_is_missing_is_never_stored_as_if_it_were_a_value() -> None:
    """A rule's "I miss something" is a taak; as a list of words it would be told to the next register."""
    een, mist = serialisatie(), Ontbreekt("gelijktijdige_claims")
    try:
        terug = een.van_bytes(een.naar_bytes({"koper": mist}))
    except TypeError:
        return
    assert terug == {"koper": mist}


# --- versions -------------------------------------------------------------------------------------------------


def als_versie(inhoud: bytes, versie: int) -> bytes:
    """The same bytes, as if its first gevolg was stored by another version of the software."""
    m = unpack(inhoud)
    naam = m["gevolgen"][0]["naam"].partition("@")[0]
    m["gevolgen"][0]["naam"] = f"{naam}@{versie}"
    return pack(m)


def opgeslagen() -> tuple[MemorySleutelbos, bytes]:
    sleutels = MemorySleutelbos("wegonderhoud")
    transactie = gegeven(auto()).uitslag
    assert isinstance(transactie, Transactie)
    return sleutels, Serialisatie("wegonderhoud", sleutels).encodeer(transactie)


def van_grammen_naar_kilogrammen(m: dict[str, Any]) -> dict[str, Any]:
    """A made-up version 2: what was called `gewicht_kg` in version 1 is now called `massa_kg`."""
    namen = {"gewicht_kg": "massa_kg"}
    inhoud = [[o, namen.get(gegeven_, gegeven_), *rest] for o, gegeven_, *rest in m["inhoud"]]
    return {**m, "inhoud": inhoud}


def nog_een_wens(m: dict[str, Any]) -> dict[str, Any]:
    """A made-up version 3: every claim about a name is gone."""
    return {**m, "inhoud": [c for c in m["inhoud"] if c[1] != "koper_naam"]}


def test_an_older_version_is_read_through_its_upcaster() -> None:
    sleutels, inhoud = opgeslagen()
    upcasters = {("AutoGeregistreerd", 1): van_grammen_naar_kilogrammen}
    gevolg = lees(Serialisatie("wegonderhoud", sleutels, upcasters), inhoud).gevolgen[0]

    assert (gevolg.naam, gevolg.versie) == ("AutoGeregistreerd", 2)
    assert isinstance(gevolg.inhoud, Vastlegging)
    claims = {c.gegeven: c.waarde for c in gevolg.inhoud.claims}
    assert claims["massa_kg"] == 1300
    assert "gewicht_kg" not in claims


def test_upcasters_are_applied_one_after_the_other_and_from_the_stored_version_on() -> None:
    sleutels, inhoud = opgeslagen()
    upcasters = {("AutoGeregistreerd", 1): van_grammen_naar_kilogrammen, ("AutoGeregistreerd", 2): nog_een_wens}
    nieuw = Serialisatie("wegonderhoud", sleutels, upcasters)

    def gezegd(van: bytes) -> set[str]:
        gevolg = lees(nieuw, van).gevolgen[0]
        assert gevolg.versie == 3
        assert isinstance(gevolg.inhoud, Vastlegging)
        return {c.gegeven for c in gevolg.inhoud.claims}

    assert {"massa_kg", "koper"} <= gezegd(inhoud)
    assert "koper_naam" not in gezegd(inhoud)
    assert "gewicht_kg" in gezegd(als_versie(inhoud, 2)), "already of version 2: only the second step"


def test_an_upcaster_leaves_other_gevolgen_alone() -> None:
    sleutels, inhoud = opgeslagen()
    upcasters = {("AutoGeregistreerd", 1): van_grammen_naar_kilogrammen}
    zonder, met = (lees(Serialisatie("wegonderhoud", sleutels, u), inhoud) for u in ({}, upcasters))
    assert met.gevolgen[1:] == zonder.gevolgen[1:]


def test_an_unknown_newer_version_of_a_gevolg_is_refused() -> None:
    """An unknown newer format is refused."""
    sleutels, inhoud = opgeslagen()
    with pytest.raises(NewerFormat, match=r"auto_geregistreerd@2|AutoGeregistreerd"):
        lees(Serialisatie("wegonderhoud", sleutels), als_versie(inhoud, 2))


def test_an_unknown_form_of_a_gevolg_is_refused_as_newer() -> None:
    sleutels, inhoud = opgeslagen()
    m = unpack(inhoud)
    m["gevolgen"][0]["vorm"] = "toverspreuk"
    with pytest.raises(StorageError, match="toverspreuk"):
        lees(Serialisatie("wegonderhoud", sleutels), pack(m))


def test_a_date_and_a_moment_stay_what_they_are() -> None:
    een = serialisatie()
    for moment in (date(2026, 3, 1), datetime(2026, 3, 1, 12, 0, 0, 1, tzinfo=UTC)):
        terug = een.van_bytes(een.naar_bytes(moment))
        assert (type(terug), terug) == (type(moment), moment)
