"""On which other outlet a sentence says that it rests: "according to The Washington Post", "told Reuters"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from index.article import Article, Sentence
from rag.checks.reading import SAYING, read
from rag.checks.words import listed
from rag.outlets import names_of, same_outlet
from rag.speeches import VOUCHING

_PAPERS = (
    r"Times|Post|Herald|Tribune|Journal|Gazette|Chronicle|Guardian|Observer|Telegraph|Courier|Inquirer|Examiner|Globe"
    r"|Dispatch|Register|Sentinel|Independent|Economist|Pravda|Daily|Mail|Mirror|Star|Sun|Press|News|News Agency"
    r"|Magazine|Radio|TV|Television|Broadcasting(?: Corporation)?|Weekly|Insider|Today"
)
_ALONE = (
    r"Reuters|Agence France-Presse|AFP|AP|UPI|Bloomberg|BBC|CNN|CNBC|NBC|CBS|ABC|MSNBC|NPR|PBS|ITV|Sky|Fox|Politico"
    r"|POLITICO|Axios|Vox|Variety|Newsweek|Forbes|Fortune|ProPublica|BuzzFeed|HuffPost|USA TODAY|TIME|The Atlantic"
    r"|The Hill|The Verge|The Intercept|The New Yorker|The Athletic|The Conversation|Rolling Stone|Vanity Fair"
    r"|Foreign Policy|Foreign Affairs|Financial Times|Le Monde|Le Figaro|Der Spiegel|Die Welt|Die Zeit|Bild|El País"
    r"|La Repubblica|Corriere della Sera|Haaretz|Al[ -]Jazeera|Al Arabiya|Deutsche Welle|DW|Yonhap|KBS|KCNA|NHK|Kyodo"
    r"|Nikkei|Xinhua|CCTV|TASS|Tass|Interfax|RIA Novosti|RIA|RT|Kommersant|Vedomosti|Izvestia|Meduza|Novaya Gazeta"
    r"|Ukrinform|Ukrainska Pravda|Radio Free (?:Europe|Asia)(?:/Radio Liberty)?|Voice of America|NK News|Bellingcat"
)
_CAPITAL = (
    r"(?!(?:The|A|An|This|That|In|On|At|As|By|For|From|To|But|And|When|While|After|Per|Citing|Meanwhile|Earlier|Last) )"
    r"[A-Z][\w’'&.-]*"
)
_OUTLET = re.compile(
    rf"(?<![\w’'-])(?:(?:The )?(?:{_CAPITAL} (?:(?:of|and) )?){{1,4}}(?:{_PAPERS})|The (?:{_PAPERS})"
    rf"|(?:{_ALONE})(?: News)?)(?![\w-])"
)
_KIND = r"(?:(?:news)?paper|magazine|broadcaster|network|outlet|publication|news agency)"
_BACK = re.compile(rf"\b[Tt]he (?:news )?{_KIND}(?![\w’'-])(?! (?:of|for)\b)")
_LOOKED_BACK = 3
_PIECE = (
    r"(?:reports?|reporting|interviews?|articles?|stor(?:y|ies)|investigations?|analys[ie]s|statements?|comments?|remarks"
    r"|op-eds?|opinion piece|essays?|columns?|polls?|surveys?|reviews?|videos?|footage|recordings?|podcast|tally"
    r"|appearance)"
)
_FILLER = (
    rf"(?:(?:the|a|an|its|state|state-run|local|daily|weekly|news|U\.S\.|[A-Z][a-z]+|{_KIND}) )*"
    r"[“\"‘']?(?:[Tt]he )?$"
)
_BEFORE = re.compile(
    r"\b(?i:according to|as per|per|citing|via|told|tells|spoke (?:to|with)|speaking (?:to|with|on)|talking to"
    r"|(?:information|documents?|data) obtained by|(?:wrote|writing) (?:in|for|on)"
    r"|(?:sent|given|provided) to|shared with"
    r"|(?:said|wrote|argued|agreed|says|writes)(?: [A-Z][\w.’'-]+){1,3} (?:in|on|at)"
    r"|(?:reported|published|obtained|revealed|broadcast|aired|released|carried|quoted|cited|confirmed|seen|reviewed"
    r"|verified|posted|compiled|conducted|disclosed|interviewed|analy[sz]ed) (?:\w+(?:ly|day) )?(?:by|in|on|with)"
    rf"|{_PIECE} (?:of (?:[\w-]+ ){{1,4}}(?=by )|\w+(?:ed|day) )?(?:from|by|in|on|with|to|for|of)) {_FILLER}"
)
_AFTER = re.compile(rf"^[”\"]?(?:[’']s)? (?:[\w-]+ ){{0,2}}?(?:{_PIECE}|reported)\b")
_TELLING = SAYING | VOUCHING | listed("publish obtain quote cite learn find reveal write")
_DATELINE = re.compile(rf"\s*(?:[A-Z][\w.,’' -]{{0,60}} )?\(({_OUTLET.pattern})\)\s*[-–—]")


@dataclass(frozen=True)
class _Named:
    """An outlet in a sentence: where, and under what name; "the newspaper" under the name it had before."""

    start: int
    end: int
    name: str


def rests_on(article: Article, sentence: Sentence, outlets: Sequence[str] = ()) -> str | None:
    """The outlet that a sentence takes what it says from.

    Args:
        article: Where the sentence stands. What its own outlet was told, it was told itself.
        sentence: There.
        outlets: Those of the archive, which are recognised besides those that everybody knows.

    Returns:
        Its name as written, without "the"; that of the agency whose dateline stands above the article, "KYIV (AP) -",
        where the sentence names none; None where it is not said to rest on any.
    """
    text = " ".join(sentence.of(article.text).split())
    for named in _named(article, sentence, text, tuple(outlets)):
        if not (article.outlet and same_outlet(named.name, article.outlet)) and _is_source(text, named):
            return named.name
    dateline = _DATELINE.match(article.text)
    if dateline is None or (article.outlet and same_outlet(dateline[1], article.outlet)):
        return None
    return dateline[1]


def _named(article: Article, sentence: Sentence, text: str, outlets: tuple[str, ...]) -> Iterator[_Named]:
    """The outlets in a sentence, in order, the longest name of each first."""
    found = list(_by_name(text, outlets))
    for match in _BACK.finditer(text):
        before = _last_before(article, sentence, outlets) if not found else found[0].name
        if before is not None:
            found.append(_Named(match.start(), match.end(), before))
    yield from sorted(found, key=lambda named: (named.start, -named.end))


def _by_name(text: str, outlets: tuple[str, ...]) -> Iterator[_Named]:
    for match in _OUTLET.finditer(text):
        the = len(match[0]) - len(re.sub(r"^[Tt]he ", "", match[0]))
        yield _Named(match.start() + the, match.end(), match[0][the:])
    for match in _pattern_of(outlets).finditer(text) if outlets else ():
        yield _Named(match.start(), match.end(), match[0])


@lru_cache(maxsize=8)
def _pattern_of(outlets: tuple[str, ...]) -> re.Pattern[str]:
    names = sorted({re.sub(r"^[Tt]he ", "", name) for outlet in outlets for name in names_of(outlet)}, key=len)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, reversed(names)))})(?!\w)")


def _last_before(article: Article, sentence: Sentence, outlets: tuple[str, ...]) -> str | None:
    """The outlet that was named last in the few sentences before one."""
    earlier_ones = [each for each in article.sentences if each.end <= sentence.start and not each.heading]
    for earlier in reversed(earlier_ones[-_LOOKED_BACK:]):
        named = list(_by_name(" ".join(earlier.of(article.text).split()), outlets))
        if named:
            return max(named, key=lambda each: each.start).name
    return None


def _is_source(text: str, named: _Named) -> bool:
    """Whether the words around an outlet say that it is who reported, or whom somebody told."""
    doc = read(text).doc
    span = doc.char_span(named.start, named.end, alignment_mode="expand")
    if span is None or any(len(each) > len(span) and span.root in each for each in doc.ents if each.label_ == "PERSON"):
        return False
    if _BEFORE.search(text[: named.start]) or _AFTER.search(text[named.end :]):
        return True
    verb = span.root.head
    return span.root.dep_ == "nsubj" and verb.pos_ == "VERB" and verb.lemma_.lower() in _TELLING
