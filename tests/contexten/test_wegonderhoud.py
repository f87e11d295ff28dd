"""Wegonderhoud: what a car does to the road."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from actors.contexten.wegonderhoud.regels import fysiek_milieueffect, fysiek_milieueffectklasse
from actors.register.commando import AangebodenCommando, NietVerwerkt
from actors.register.gevolg import Transactie, Wijziging
from actors.register.regel import Uitkomst
from actors.register.staat import Staat
from actors.register.tijdlijnen import Ontbreekt
from actors.verwerking.commandoverwerking import Commandoverwerking
from tests.domein import (
    AANLEIDING,
    SOFTWARE,
    STORE_ID,
    aanschaf,
    auto,
    correctie,
    dag,
    gegeven,
    gevolg,
    huishouden,
    verkoop,
)

VERKOCHT = verkoop(aanschaf("robin", "06-01"))
KLASSEN = [
    (0, "beperkt belastend"),
    (5, "beperkt belastend"),
    (6, "gemiddeld belastend"),
    (50, "gemiddeld belastend"),
    (51, "zwaarbelastend"),
]


# --- the rules ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("gewicht_kg", "lengte_m", "breedte_m", "punten"),
    [
        (1300, "4.4", "1.85", 13 + 8),  # 8,14 m²
        (1300, "7.99", "1", 13 + 7),
        (1300, "8", "1", 13 + 8),
        (1300, "8.14", "1", 13 + 8),
        (1300, "8.9", "1", 13 + 8),
        (1299, "8", "1", 12 + 8),
        (1399, "8", "1", 13 + 8),
        (99, "0.9", "1.1", 0),
        (100, "1", "1", 1 + 1),
    ],
)
def test_mass_and_area_are_each_rounded_down_to_punten(
    gewicht_kg: int, lengte_m: str, breedte_m: str, punten: int
) -> None:
    maten: dict[str, Any] = {"gewicht_kg": gewicht_kg, "lengte_m": Decimal(lengte_m), "breedte_m": Decimal(breedte_m)}

    uitkomst = fysiek_milieueffect.functie(**maten)
    assert isinstance(uitkomst, Uitkomst)
    assert uitkomst.waarde == punten
    assert gegeven(auto(**maten)).waarde("punten", "auto-1") == punten


@pytest.mark.parametrize(("punten", "klasse"), KLASSEN)
def test_the_klasse_follows_the_band_of_the_punten(punten: int, klasse: str) -> None:
    uitkomst = fysiek_milieueffectklasse.functie(punten, fysiek_milieueffectklasse.versie.banden)
    assert isinstance(uitkomst, Uitkomst)
    assert uitkomst.waarde == klasse

    licht: dict[str, Any] = {"lengte_m": Decimal("0.9"), "breedte_m": Decimal("1.1")}  # no whole m²
    verhaal = gegeven(auto(gewicht_kg=max(punten * 100, 99), **licht))
    assert verhaal.waarde("punten", "auto-1") == punten
    assert verhaal.waarde("klasse", "auto-1") == klasse


@pytest.mark.parametrize("uitstoot", [0, 9, 10, 119, 120])
def test_uitstoot_plays_no_part_in_the_punten_for_the_road(uitstoot: int) -> None:
    assert gegeven(auto(uitstoot_g_per_km=uitstoot)).waarde("punten", "auto-1") == 21


def test_a_registered_auto_gets_punten_and_klasse_with_the_steps_that_led_to_them() -> None:
    verhaal = gegeven(auto()).dan(
        gevolg("AutoGeregistreerd", kenteken="KN-auto-1", gewicht_kg=1300, koper="sam", koper_naam="Sam"),
        gevolg("FysiekMilieueffectVastgesteld", punten=21, was=None, vanaf=None, tot=None),
        gevolg("FysiekMilieueffectGeclassificeerd", klasse="gemiddeld belastend"),
    )

    assert isinstance(verhaal.uitslag, Transactie)
    verklaring = verhaal.uitslag.gevolgen[1].verklaring
    assert verklaring is not None
    assert (verklaring.regel, verklaring.regelversie) == ("fysiek-milieueffect", 1)
    assert [(i.gegeven, i.waarde) for i in verklaring.invoer] == [
        ("gewicht_kg", 1300),
        ("lengte_m", Decimal("4.4")),
        ("breedte_m", Decimal("1.85")),
    ]
    assert [tuple(s) for s in verklaring.stappen] == [
        ("1300 kg / 100, naar beneden afgerond", 13),
        ("4,4 m × 1,85 m = 8,14 m², naar beneden afgerond", 8),
        ("13 + 8", 21),
    ]


def test_every_gevolg_says_on_what_ground_it_rests_and_who_is_responsible() -> None:
    transactie = gegeven(auto()).uitslag
    assert isinstance(transactie, Transactie)

    assert all(g.legitimering for g in transactie.gevolgen)
    assert [g.soort for g in transactie.gevolgen] == [
        Wijziging.REGISTREREN,
        Wijziging.VASTSTELLEN,
        Wijziging.VASTSTELLEN,
    ]
    verantwoording = transactie.verantwoording
    assert verantwoording.verantwoordelijke.organisatie == "Dienst onderhoud weginfrastructuur"
    assert verantwoording.aanleiding == AANLEIDING
    assert verantwoording.gebeurd_op == dag("03-01"), "a purchase happened on its aankoopdatum"


def test_an_area_just_under_a_whole_square_metre_is_not_rounded_up() -> None:
    bijna_acht: dict[str, Any] = {"lengte_m": Decimal("7." + 40 * "9"), "breedte_m": Decimal(1)}
    verhaal = gegeven(auto("andere")).als(auto(**bijna_acht))
    if isinstance(verhaal.uitslag, NietVerwerkt):
        verhaal.dan_niet_verwerkt("contract", "lengte_m")  # more decimals than anyone measures: as good
    else:
        assert verhaal.waarde("punten", "auto-1") == 13 + 7


@pytest.mark.parametrize("te_groot", [{"gewicht_kg": 10**5000}, {"lengte_m": Decimal(10**5000)}])
def test_a_size_beyond_all_measure_breaks_the_contract(te_groot: dict[str, Any]) -> None:
    gegeven(auto("andere")).als(auto(**te_groot)).dan_niet_verwerkt("contract", *te_groot)


# --- what is not processed ------------------------------------------------------------------------------------


@pytest.mark.parametrize("waarde", [0, None])
@pytest.mark.parametrize("gegeven_", ["gewicht_kg", "lengte_m", "breedte_m"])
def test_a_size_of_0_or_absent_means_not_registered_and_is_never_computed_with(
    gegeven_: str, waarde: int | None
) -> None:
    geen = Decimal(0) if waarde == 0 and gegeven_ != "gewicht_kg" else waarde
    verhaal = gegeven(auto("andere")).als(auto(**dict[str, Any]({gegeven_: geen})))
    verhaal.dan_niet_verwerkt("voertuiggegeven_niet_geregistreerd")
    assert isinstance(verhaal.uitslag, NietVerwerkt)
    assert gegeven_ in verhaal.uitslag.toelichting


def test_an_absent_uitstoot_is_not_registered_and_0_grams_is_a_value() -> None:
    verhaal = gegeven(auto("andere"))
    verhaal.als(auto(uitstoot_g_per_km=None)).dan_niet_verwerkt("voertuiggegeven_niet_geregistreerd")
    verhaal.als(auto(uitstoot_g_per_km=0))
    assert verhaal.waarde("uitstoot_g_per_km", "auto-1") == 0


@pytest.mark.parametrize("maat", ["gewicht_kg", "lengte_m", "breedte_m"])
def test_a_size_is_not_corrected_to_0(maat: str) -> None:
    niets = 0 if maat == "gewicht_kg" else Decimal(0)
    gegeven(auto()).als(correctie(**dict[str, Any]({maat: niets}))).dan_niet_verwerkt(
        "voertuiggegeven_niet_geregistreerd"
    )


def test_negative_sizes_break_the_contract_with_all_errors_at_once() -> None:
    onzin = auto(gewicht_kg=-1, lengte_m=Decimal(-1), breedte_m=Decimal("-0.01"), uitstoot_g_per_km=-1)
    gegeven(auto("andere")).als(onzin).dan_niet_verwerkt(
        "contract", "gewicht_kg", "lengte_m", "breedte_m", "uitstoot_g_per_km"
    )


def test_an_auto_is_registered_once() -> None:
    gegeven(auto()).als(auto()).dan_niet_verwerkt("auto_bekend")


def test_an_unknown_auto_is_neither_sold_nor_corrected() -> None:
    verhaal = gegeven(auto("andere"))
    verhaal.als(VERKOCHT).dan_niet_verwerkt("auto_onbekend")
    verhaal.als(correctie(gewicht_kg=1400)).dan_niet_verwerkt("auto_onbekend")


def test_an_aanschaf_is_registered_once() -> None:
    verhaal = gegeven(auto(), VERKOCHT)
    verhaal.als(VERKOCHT).dan_niet_verwerkt("aanschaf_bekend")
    verhaal.als(verkoop(aanschaf("sam"))).dan_niet_verwerkt("aanschaf_bekend")


def test_a_correction_of_a_purchase_names_an_aanschaf_of_this_auto() -> None:
    verhaal = gegeven(auto())
    verhaal.als(correctie(regio="Bergland")).dan_niet_verwerkt("aanschaf_ontbreekt")
    verhaal.als(correctie(regio="Bergland", aanschaf_id="elders")).dan_niet_verwerkt("aanschaf_onbekend")


@pytest.mark.parametrize(
    "zelfde",
    [
        {"gewicht_kg": 1300},
        {"kenteken": "KN-auto-1"},
        {"aanschaf_id": "koop-sam-03-01", "koper": "sam", "koper_naam": "Sam", "aankoopdatum": dag("03-01")},
        {},
    ],
)
def test_a_correction_that_says_what_is_there_already_is_not_processed(zelfde: dict[str, Any]) -> None:
    gegeven(auto()).als(correctie(**zelfde)).dan_niet_verwerkt("niets_te_corrigeren")


def test_a_commando_of_another_register_is_unknown_here() -> None:
    gegeven(auto()).als(huishouden("sam")).dan_niet_verwerkt("commando_onbekend")


def test_a_correction_must_say_when_it_happened() -> None:
    verhaal = gegeven(auto())
    aangeboden = AangebodenCommando(f"{9:032x}", correctie(gewicht_kg=1400), AANLEIDING, "test")
    uitslag = Commandoverwerking(verhaal.context, STORE_ID, SOFTWARE).verwerk(verhaal.staten["auto/auto-1"], aangeboden)
    assert isinstance(uitslag, NietVerwerkt)
    assert uitslag.regel == "gebeurd_op_ontbreekt"


@pytest.mark.parametrize(
    "geweigerd",
    [
        auto(),
        verkoop(aanschaf("sam")),
        correctie(gewicht_kg=0),
        correctie(gewicht_kg=1400, regio="Bergland"),
        correctie(gewicht_kg=1400, kenteken="KN-andere"),
    ],
)
def test_a_commando_that_is_not_processed_changes_nothing_at_all(geweigerd: object) -> None:
    verhaal = gegeven(auto(), auto("andere"))
    staat = verhaal.staten["auto/auto-1"]
    voor = (sorted(staat.actieve_claims()), list(staat.beeld().alle()), staat.volgnummer)

    assert isinstance(verhaal.als(geweigerd).uitslag, NietVerwerkt)

    assert (sorted(staat.actieve_claims()), list(staat.beeld().alle()), staat.volgnummer) == voor
    assert len(verhaal.journaal) == 2


# --- the kenteken ---------------------------------------------------------------------------------------------


def test_a_kenteken_belongs_to_one_auto() -> None:
    verhaal = gegeven(auto("andere", kenteken="XY-1"), auto())
    verhaal.als(auto("derde", kenteken="XY-1")).dan_niet_verwerkt("sleutel_in_gebruik")
    verhaal.als(correctie(kenteken="XY-1")).dan_niet_verwerkt("sleutel_in_gebruik")


def test_a_kenteken_that_was_wrong_is_free_again_after_its_correction() -> None:
    verhaal = gegeven(auto(kenteken="XY-1"), correctie(kenteken="XY-2"))

    verhaal.als(auto("andere", kenteken="XY-1"))
    assert verhaal.waarde("kenteken", "andere") == "XY-1"
    verhaal.als(auto("derde", kenteken="XY-2")).dan_niet_verwerkt("sleutel_in_gebruik")
    verhaal.als(correctie(kenteken="XY-1")).dan_niet_verwerkt("sleutel_in_gebruik")


def test_a_refused_correction_does_not_free_the_kenteken() -> None:
    verhaal = gegeven(auto(kenteken="XY-1"))
    verhaal.als(correctie(kenteken="XY-2", gewicht_kg=0)).dan_niet_verwerkt("voertuiggegeven_niet_geregistreerd")
    verhaal.als(auto("andere", kenteken="XY-1")).dan_niet_verwerkt("sleutel_in_gebruik")
    verhaal.als(auto("andere", kenteken="XY-2"))
    assert verhaal.waarde("kenteken", "andere") == "XY-2"


# --- geldigheid -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("gegeven_", ["kenteken", "gewicht_kg", "lengte_m", "breedte_m", "uitstoot_g_per_km", "punten"])
def test_vehicle_data_hold_from_an_open_start_or_the_first_admission_and_never_from_the_purchase(
    gegeven_: str,
) -> None:
    [(vanaf, tot, _)] = gegeven(auto()).lijn(gegeven_, "auto-1")
    assert (vanaf, tot) == (None, None)

    toegelaten = gegeven(auto(datum_eerste_toelating=date(2019, 5, 20)))
    [(vanaf, tot, _)] = toegelaten.lijn(gegeven_, "auto-1")
    assert (vanaf, tot) == ("2019-05-20", None)


@pytest.mark.parametrize("gegeven_", ["koper", "koper_naam", "aankoopdatum", "regio", "wijk"])
def test_a_purchase_holds_from_its_aankoopdatum(gegeven_: str) -> None:
    [(vanaf, tot, _)] = gegeven(auto()).lijn(gegeven_, "auto-1", "koop-sam-03-01")
    assert (vanaf, tot) == ("03-01", None)


def test_a_sale_gives_a_new_owner_from_its_day_and_leaves_the_earlier_purchase_as_it_was() -> None:
    verhaal = gegeven(auto()).als(VERKOCHT).dan(gevolg("TenaamstellingGewijzigd", koper="robin"))

    assert verhaal.waarde("koper", "auto-1", op="05-31") == "sam"
    assert verhaal.waarde("koper", "auto-1", op="06-01") == "robin"
    assert verhaal.lijn("koper", "auto-1", "koop-sam-03-01") == [("03-01", None, "sam")]


def test_a_sale_reported_late_takes_its_own_place_in_time() -> None:
    verhaal = gegeven(auto(), VERKOCHT, verkoop(aanschaf("noor", "04-01")))
    assert [verhaal.waarde("koper", "auto-1", op=d) for d in ("02-28", "03-31", "04-01", "06-01")] == [
        None,
        "sam",
        "noor",
        "robin",
    ]


def test_two_purchases_on_the_same_day_are_never_a_silent_choice() -> None:
    verhaal = gegeven(auto(), verkoop(aanschaf("robin", "03-01")))
    assert verhaal.waarde("koper", "auto-1") == Ontbreekt("gelijktijdige_claims")


# --- correction -----------------------------------------------------------------------------------------------


def test_a_corrected_gewicht_replaces_the_claim_for_its_whole_geldigheid() -> None:
    (
        gegeven(auto(datum_eerste_toelating=dag("02-01")))
        .als(correctie(gewicht_kg=1400))
        .dan(
            gevolg("AutogegevensGecorrigeerd", gewicht_kg=1400),
            gevolg("FysiekMilieueffectGecorrigeerd", punten=22, was=21, vanaf="02-01", tot=None),
            gevolg("FysiekMilieueffectklasseGehandhaafd", klasse="gemiddeld belastend"),
        )
    )


def test_a_correction_names_the_claim_that_it_corrects() -> None:
    verhaal = gegeven(auto())
    fout = verhaal.staten["auto/auto-1"].claim(("auto-1",), "gewicht_kg")
    verhaal.als(correctie(gewicht_kg=1400))
    goed = verhaal.staten["auto/auto-1"].claim(("auto-1",), "gewicht_kg")

    assert fout is not None
    assert goed is not None
    assert goed.corrigeert == fout.id
    assert (goed.vanaf, goed.tot) == (fout.vanaf, fout.tot)


def test_a_corrected_uitstoot_leaves_the_punten_for_the_road_untouched() -> None:
    gegeven(auto(uitstoot_g_per_km=100)).als(correctie(uitstoot_g_per_km=120)).dan(
        gevolg("AutogegevensGecorrigeerd", uitstoot_g_per_km=120)
    )


def test_a_corrected_aankoopdatum_moves_the_whole_purchase() -> None:
    verhaal = gegeven(auto(), correctie(aanschaf_id="koop-sam-03-01", aankoopdatum=dag("04-10")))
    for naam in ("koper", "koper_naam", "regio", "wijk", "aankoopdatum"):
        [(vanaf, tot, _)] = verhaal.lijn(naam, "auto-1", "koop-sam-03-01")
        assert (vanaf, tot) == ("04-10", None), naam
    assert verhaal.waarde("koper", "auto-1", op="03-31") is None


def test_a_corrected_koper_takes_the_name_along_or_gets_a_new_one() -> None:
    verhaal = gegeven(auto(), correctie(aanschaf_id="koop-sam-03-01", koper="samira", koper_naam="Samira"))
    assert verhaal.waarde("koper", "auto-1") == "samira"
    naam = verhaal.staten["auto/auto-1"].claim(("auto-1", "koop-sam-03-01"), "koper_naam")
    assert naam is not None
    assert (naam.waarde.betrokkene, naam.waarde.waarde) == ("samira", "Samira")


def test_a_correction_of_one_purchase_leaves_the_others_alone() -> None:
    verhaal = gegeven(auto(), VERKOCHT, correctie(aanschaf_id="koop-robin-06-01", regio="Bergland"))
    assert verhaal.waarde("regio", "auto-1", "koop-sam-03-01") == "Kustland"
    assert verhaal.waarde("regio", "auto-1", "koop-robin-06-01") == "Bergland"


def test_the_state_before_any_commando_knows_no_claims() -> None:
    staat = Staat()
    assert not staat.heeft_claims
    assert list(staat.beeld().alle()) == []
