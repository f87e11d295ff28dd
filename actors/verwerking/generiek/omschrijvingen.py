"""What each generic commando asks, in one Dutch sentence: for the API and whoever reads its document."""

from collections.abc import Mapping
from types import MappingProxyType

from actors.verwerking.generiek import commandos as c

OMSCHRIJVINGEN: Mapping[type, str] = MappingProxyType(
    {
        c.TrekInTwijfel: "Trek een claim in twijfel: de waarde blijft staan, en wie haar gebruikt ziet de twijfel.",
        c.StelInOnderzoek: "Stel in onderzoek wat al in twijfel is, of een claim waaraan nog niemand twijfelde.",
        c.BeeindigOnderzoek: "Beëindig een twijfel of onderzoek, met de uitkomst; er verandert geen waarde.",
        c.VechtAan: "Teken aan dat bezwaar of beroep is ingesteld; wat wordt aangevochten blijft van kracht.",
        c.HandelBezwaarAf: "Teken aan hoe een bezwaar of beroep afliep; wat verandert vraagt een eigen commando.",
        c.MeldTerug: "Meld gerede twijfel aan een waarde die aan de melder is geleverd.",
        c.HandelTerugmeldingAf: "Beantwoord een terugmelding; de twijfel die zij bracht eindigt.",
        c.Corrigeer: "Zet recht wat het register fout had, in een of meer stappen en in één transactie.",
        c.Degistreer: "Verklaar dat iets nooit geregistreerd had mogen worden.",
        c.Beeindig: "Beëindig een gegeven, of alles over een onderwerp, vanaf een dag: in het echt is het voorbij.",
        c.Herstel: "Maak de laatste beëindiging of degistratie ongedaan, alsof zij er niet was.",
        c.Heropleef: "Laat een beëindigd gegeven vanaf een latere dag weer gelden, met de waarde die het had.",
        c.HervatTaak: "Probeer opnieuw wat wacht; wat terzijde was gelegd staat weer op de lijst.",
        c.BeslisTaak: "Beslis zelf over wat wacht, voor de dagen ervan; zodra de regel kan beslissen, doet die het.",
        c.DoorbreekAanhouding: "Laat een besluit doorgaan, hoewel aan de invoer ervan wordt getwijfeld.",
        c.LegTaakTerzijde: "Haal wat wacht van de lijst, met een reden; een nieuwe oorzaak zet het er weer op.",
        c.RegistreerRegelversie: "Registreer een nieuwe versie van een regel: banden, ingangsdag, grond en overgang.",
        c.WisPersoonsgegevens: "Wis alle persoonsgegevens van een betrokkene in dit register (AVG, artikel 17);"
        " dat is onomkeerbaar.",
        c.VernietigPersoonsgegevens: "Vernietig alle persoonsgegevens van een betrokkene in dit register na de"
        " bewaartermijn; dat is onomkeerbaar.",
    }
)
