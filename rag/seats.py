"""Countries and where they are governed from: a capital may stand for its government, and so for the country."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from index.vocabulary import key

_TABLE = """
Afghanistan: Kabul | Albania: Tirana | Algeria: Algiers | Angola: Luanda | Argentina: Buenos Aires, Casa Rosada
Armenia: Yerevan | Australia: Canberra | Austria: Vienna | Azerbaijan: Baku | Bahrain: Manama | Bangladesh: Dhaka
Belarus: Minsk | Belgium: Brussels | Bolivia: La Paz | Bosnia, Bosnia and Herzegovina: Sarajevo | Brazil: Brasilia
Bulgaria: Sofia | Burkina Faso: Ouagadougou | Cambodia: Phnom Penh | Cameroon: Yaounde | Canada: Ottawa
Chad: N'Djamena | Chile: Santiago, La Moneda | China, People's Republic of China, PRC: Beijing | Colombia: Bogota
Costa Rica: San Jose | Croatia: Zagreb | Cuba: Havana | Cyprus: Nicosia | Czech Republic, Czechia: Prague
Democratic Republic of Congo, DRC: Kinshasa | Denmark: Copenhagen | Ecuador: Quito | Egypt: Cairo
El Salvador: San Salvador | Eritrea: Asmara | Estonia: Tallinn | Ethiopia: Addis Ababa | European Union, EU: Brussels
Finland: Helsinki | France: Paris, Elysee | Georgia: Tbilisi | Germany: Berlin | Ghana: Accra | Greece: Athens
Guatemala: Guatemala City | Haiti: Port-au-Prince | Honduras: Tegucigalpa | Hungary: Budapest | Iceland: Reykjavik
India: New Delhi, Delhi | Indonesia: Jakarta | Iran: Tehran | Iraq: Baghdad | Ireland: Dublin | Israel: Jerusalem
Italy: Rome | Jamaica: Kingston | Japan: Tokyo | Jordan: Amman | Kazakhstan: Astana | Kenya: Nairobi
Kosovo: Pristina | Kuwait: Kuwait City | Kyrgyzstan: Bishkek | Laos: Vientiane | Latvia: Riga | Lebanon: Beirut
Libya: Tripoli | Lithuania: Vilnius | Luxembourg: Luxembourg City | Madagascar: Antananarivo | Malaysia: Putrajaya
Mali: Bamako | Mexico: Mexico City | Moldova: Chisinau | Mongolia: Ulaanbaatar | Montenegro: Podgorica
Morocco: Rabat | Mozambique: Maputo | Myanmar, Burma: Naypyidaw | Nepal: Kathmandu | Netherlands: The Hague
New Zealand: Wellington | Nicaragua: Managua | Niger: Niamey | Nigeria: Abuja
North Korea, Democratic People's Republic of Korea, DPRK: Pyongyang | North Macedonia: Skopje | Norway: Oslo
Oman: Muscat | Pakistan: Islamabad | Palestinian Authority: Ramallah | Panama: Panama City | Paraguay: Asuncion
Peru: Lima | Philippines: Manila | Poland: Warsaw | Portugal: Lisbon | Qatar: Doha | Romania: Bucharest
Russia, Russian Federation: Moscow, Kremlin | Rwanda: Kigali | Saudi Arabia: Riyadh | Senegal: Dakar | Serbia: Belgrade
Slovakia: Bratislava | Slovenia: Ljubljana | Somalia: Mogadishu | South Africa: Pretoria
South Korea, Republic of Korea, ROK: Seoul | South Sudan: Juba | Spain: Madrid | Sri Lanka: Colombo | Sudan: Khartoum
Sweden: Stockholm | Switzerland: Bern | Syria: Damascus | Taiwan: Taipei | Tajikistan: Dushanbe
Thailand: Bangkok | Tunisia: Tunis | Turkey, Turkiye: Ankara | Turkmenistan: Ashgabat | Uganda: Kampala
Ukraine: Kyiv, Kiev, Bankova | United Arab Emirates, UAE: Abu Dhabi
United Kingdom, U.K., UK, Britain, Great Britain: London, Downing Street, Whitehall
United States, U.S., USA, United States of America, America: Washington, White House, Pentagon | Uruguay: Montevideo
Uzbekistan: Tashkent | Vatican, Holy See: Vatican City | Venezuela: Caracas, Miraflores | Vietnam: Hanoi | Yemen: Sanaa
Zambia: Lusaka | Zimbabwe: Harare
"""


INSTITUTIONS = frozenset(
    map(key, ("Bankova", "Casa Rosada", "Downing Street", "Elysee", "Kremlin", "La Moneda", "Miraflores", "Pentagon"))
) | frozenset(map(key, ("White House", "Whitehall")))
"""The seats that are no towns: who asks about them never asks what happens there, but what the country says or does."""

_PEOPLES = """
American, Americans: United States, U.S., USA, America | Argentine, Argentines: Argentina | Briton, Britons: Britain
British: United Kingdom, U.K., Britain | Czech, Czechs: Czech Republic, Czechia | Danish, Dane, Danes: Denmark
Dutch: Netherlands | Emirati, Emiratis: United Arab Emirates, UAE | Finnish, Finn, Finns: Finland | French: France
German, Germans: Germany | Greek, Greeks: Greece | Icelandic: Iceland | Irish: Ireland | Norwegian, Norwegians: Norway
Peruvian: Peru | Filipino, Filipinos, Philippine: Philippines | Pole, Poles, Polish: Poland | Saudi: Saudi Arabia
Scot, Scots, Scottish: Scotland | Slovak, Slovaks: Slovakia | Spanish, Spaniard, Spaniards: Spain
Swede, Swedes, Swedish: Sweden | Swiss: Switzerland | Thai, Thais: Thailand | Turk, Turks, Turkish: Turkey, Turkiye
Welsh: Wales
"""


@cache
def peoples() -> dict[str, tuple[str, ...]]:
    """By the name of a people that no rule derives from its country's (see `key`), names of the country, and back."""
    found: dict[str, tuple[str, ...]] = {}
    for entry in _PEOPLES.strip().replace("\n", " | ").split(" | "):
        people, _, country = (tuple(map(key, side.split(", "))) for side in entry.partition(": "))
        for one, others in ((people, country), (country, people)):
            for name in one:
                found[name] = (*found.get(name, ()), *others)
    return found


@cache
def countries() -> dict[str, tuple[tuple[str, ...], tuple[str, ...]]]:
    """By every name of a country and of its seats (see `index.vocabulary.key`) the country's names and its seats.

    What stands for two, as Brussels does, is not among them as a seat that is asked about.
    """
    found: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {}
    doubled: set[str] = set()
    for country, governed in _entries():
        both = tuple(map(key, country)), tuple(map(key, governed))
        for name in (*both[0], *both[1]):
            if name in found:
                doubled.add(name)
            found[name] = both
    return {name: both for name, both in found.items() if name not in doubled}


@cache
def seats() -> dict[str, tuple[str, ...]]:
    """By every seat, as it is written, the names of its country; those that stand for two are not among them."""
    return {seat: country for country, governed in _entries() for seat in governed if key(seat) in countries()}


def _entries() -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    """The names of each country and of its seats."""
    for entry in _TABLE.replace("\n", " | ").strip(" |").split(" | "):
        country, _, governed = entry.partition(": ")
        yield tuple(country.split(", ")), tuple(governed.split(", "))
