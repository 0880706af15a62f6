"""Countries with their capitals, seats of government and peoples: in the news "Seoul says" is what South Korea says."""

from __future__ import annotations

import re
from functools import cache

_COUNTRIES = """
Afghanistan|Kabul|Afghan|Taliban
Argentina|Buenos Aires|Argentine|Argentinian
Armenia|Yerevan|Armenian
Australia|Canberra|Australian
Austria|Vienna|Austrian
Azerbaijan|Baku|Azerbaijani
Belarus|Minsk|Belarusian
Belgium||Belgian
Brazil|Brasilia|Brazilian
Britain|London|British|Briton|UK|U.K.|United Kingdom|Downing Street|Whitehall
Bulgaria|Sofia|Bulgarian
Canada|Ottawa|Canadian
Chile|Santiago|Chilean
China|Beijing|Chinese|People's Republic of China
Colombia|Bogota|Colombian
Croatia|Zagreb|Croatian
Cuba|Havana|Cuban
Czech Republic|Prague|Czech|Czechia
Denmark|Copenhagen|Danish|Dane
Egypt|Cairo|Egyptian
Estonia|Tallinn|Estonian
Ethiopia|Addis Ababa|Ethiopian
European Union|Brussels|EU|E.U.
Finland|Helsinki|Finnish|Finn
France|Paris|French|Élysée
Georgia|Tbilisi|Georgian
Germany|Berlin|German
Greece|Athens|Greek
Hungary|Budapest|Hungarian
India|New Delhi|Delhi|Indian
Indonesia|Jakarta|Indonesian
Iran|Tehran|Iranian
Iraq|Baghdad|Iraqi
Ireland|Dublin|Irish
Israel|Jerusalem|Israeli
Italy|Rome|Italian
Japan|Tokyo|Japanese
Jordan|Amman|Jordanian
Kazakhstan|Astana|Kazakh
Kenya|Nairobi|Kenyan
Latvia|Riga|Latvian
Lebanon|Beirut|Lebanese
Lithuania|Vilnius|Lithuanian
Malaysia|Kuala Lumpur|Malaysian
Mexico|Mexico City|Mexican
Moldova|Chisinau|Moldovan
Netherlands|The Hague|Dutch|Holland
New Zealand|Wellington|New Zealander
Nigeria|Abuja|Nigerian
North Korea|Pyongyang|North Korean|Democratic People's Republic of Korea|DPRK
Norway|Oslo|Norwegian
Pakistan|Islamabad|Pakistani
Palestine|Ramallah|Palestinian
Peru|Lima|Peruvian
Philippines|Manila|Philippine|Filipino
Poland|Warsaw|Polish|Pole
Portugal|Lisbon|Portuguese
Qatar|Doha|Qatari
Romania|Bucharest|Romanian
Russia|Moscow|Russian|Russian Federation|Kremlin
Saudi Arabia|Riyadh|Saudi
Serbia|Belgrade|Serbian|Serb
Slovakia|Bratislava|Slovak|Slovakian
South Africa|Pretoria|South African
South Korea|Seoul|South Korean|Republic of Korea
Spain|Madrid|Spanish|Spaniard
Sudan|Khartoum|Sudanese
Sweden|Stockholm|Swedish|Swede
Switzerland|Bern|Swiss
Syria|Damascus|Syrian
Taiwan|Taipei|Taiwanese
Thailand|Bangkok|Thai
Turkey|Ankara|Turkish|Turk|Türkiye
Ukraine|Kyiv|Ukrainian|Kiev
United States|Washington|American|U.S.|US|USA|America|White House|United States of America
Venezuela|Caracas|Venezuelan
Vietnam|Hanoi|Vietnamese
Yemen|Sanaa|Yemeni
"""


@cache
def _known() -> dict[str, str]:
    countries = [line.split("|") for line in _COUNTRIES.strip().splitlines()]
    return {_bare(form): forms[0] for forms in countries for form in forms if form}


@cache
def capitals() -> frozenset[str]:
    """The cities that stand for a country in the news, in small letters."""
    return frozenset(_bare(line.split("|")[1]) for line in _COUNTRIES.strip().splitlines())


def country(name: str) -> str | None:
    """The country that a name is of: itself, its capital, seat of government or people; None where it is of none."""
    bare = _bare(name)
    known = _known()
    return known.get(bare) or known.get(bare.removesuffix("s"))


def _bare(name: str) -> str:
    return re.sub(r"^the |['’]s?$", "", name.strip().casefold().replace("’", "'"))
