"""Words that mean the opposite, and words of how many that say more."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from rag.checks.comparison import Comparison
from rag.checks.negation import denied
from rag.checks.reading import Reading, place, stem
from rag.checks.words import is_negative_of

if TYPE_CHECKING:
    from spacy.tokens import Token

_PAIRS = """
accept approve agree endorse adopt ratify pass back | reject refuse oppose veto decline block dismiss
confirm acknowledge admit affirm prove verify | deny reject refute dispute dismiss disprove
sign seal conclude launch start begin | cancel scrap abandon suspend halt stop end
sign seal conclude launch start begin | close leave quit withdraw terminate call
open establish introduce join enter | cancel scrap abandon suspend halt stop end
open establish introduce join enter | close leave quit withdraw terminate call
support back help aid assist | oppose resist fight hinder hamper
support back help aid assist | attack criticize criticise condemn obstruct
defend endorse praise welcome | oppose resist fight hinder hamper
defend endorse praise welcome | attack criticize criticise condemn obstruct
strengthen bolster deepen intensify grow | weaken shrink decrease fall reduce lower narrow cut drop decline
increase rise expand raise widen | weaken shrink decrease fall reduce lower narrow cut drop decline
strengthen bolster deepen intensify grow | worsen lose plunge slump curb slash ease diminish dwindle scale
increase rise expand raise widen | worsen lose plunge slump curb slash ease diminish dwindle scale
escalate boost improve gain climb | weaken shrink decrease fall reduce lower narrow cut drop decline
soar surge extend enhance growing | weaken shrink decrease fall reduce lower narrow cut drop decline
escalate boost improve gain climb | worsen lose plunge slump curb slash ease diminish dwindle scale
soar surge extend enhance growing | worsen lose plunge slump curb slash ease diminish dwindle scale
warm warming | cool cooling
close closer tight near | distant loose far looser
arrive enter come reach join advance | leave depart exit retreat withdraw flee
kill die perish murder execute | survive recover save rescue spare decorate revive
win defeat succeed victory triumph success | lose fail loss defeat failure
accuse charge convict blame indict | clear acquit exonerate absolve pardon
arrest detain jail imprison capture seize | release free liberate
allow permit enable let authorise authorize legalize | forbid ban prohibit prevent block bar stop
alliance ally friendship partnership | rivalry rival enmity enemy hostility conflict foe adversary
partner cooperation friend | rivalry rival enmity enemy hostility conflict foe adversary
support approval praise | opposition resistance criticism
concern worry frustration anger | satisfaction delight joy confidence contentment relief
dissatisfaction alarm fear unease | satisfaction delight joy confidence contentment relief
shortage lack scarcity deficit | surplus abundance excess plenty glut
substantial significant large big great huge major | insignificant small minor tiny negligible slight
substantial significant large big great huge major | little limited low modest minimal
considerable sizable massive vast extensive high | insignificant small minor tiny negligible slight
considerable sizable massive vast extensive high | little limited low modest minimal
limited scant restricted narrow | extensive broad wide unlimited comprehensive ample full
old outdated obsolete ancient | new modern current
east eastern | west western
north northern | south southern
before | after
still | longer
likely probable plausible possible | unlikely improbable implausible impossible
clear | unclear vague
unanimously overwhelmingly | narrowly barely
most | least
best better | worst worse
early earlier | late later
buy purchase import acquire | sell export
attack invade | defend retreat
peace peaceful truce ceasefire | war hostile
hire employ recruit appoint | fire dismiss sack oust
remember | forget
true correct right | false wrong untrue incorrect
legal lawful legitimate | illegal unlawful illegitimate
safe secure | dangerous unsafe risky
strong | weak
rich wealthy | poor
first | last
inside | outside
public open | secret private confidential
positive | negative
always | never
everybody everyone everything | nobody nothing
include | exclude
upper | lower
maximum | minimum
majority | minority
profit | loss debt
create build construct | destroy demolish
appear emerge | disappear vanish
send | receive
continue resume | stop halt suspend cease end
primarily mainly mostly chiefly largely predominantly partly | exclusively solely entirely only
"""
_EVERY = {"all": 4, "every": 4, "each": 4, "most": 3, "majority": 3}
_SOME = {"some": 1, "several": 1, "few": 1, "many": 2, "multiple": 1, "various": 1, "numerous": 2, "certain": 1}


@cache
def _opposites() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for line in _PAIRS.strip().splitlines():
        ones, others = ({stem(word) for word in side.split()} for side in line.split("|"))
        for one in ones:
            found.setdefault(one, set()).update(others)
        for other in others:
            found.setdefault(other, set()).update(ones)
    return {word: frozenset(others) for word, others in found.items()}


def are_opposite(one: str, other: str) -> bool:
    """Whether two lemmas mean the opposite."""
    first, second = stem(one), stem(other)
    if second in _opposites().get(first, ()):
        return True
    return is_negative_of(one, other)


def no_opposite(comparison: Comparison) -> bool:
    """Whether no word of the statement has its opposite in its place in the sources."""
    said = denied(comparison.statement)
    there = {id(source.doc): denied(source) for source in comparison.sources}
    own = {stem(token.lemma_.lower()) for token in comparison.statement.doc}
    held = {stem(token.lemma_.lower()) for source in comparison.sources for token in source.doc}
    for token in comparison.statement.doc:
        lemma = token.lemma_.lower()
        if stem(lemma) in held or token.is_punct:
            continue
        for source in comparison.sources:
            for other in source.doc:
                if _is_thing(token) != _is_thing(other):
                    continue  # "The fighting" is no opposite of "to support".
                turned = are_opposite(lemma, other.lemma_.lower()) and stem(other.lemma_.lower()) not in own
                same_sign = (token.i in said) == (other.i in there[id(source.doc)])
                if turned and same_sign and (comparison.fit(token, other) >= 1.0 or _of_the_same(token, other)):
                    return False
    return True


def _of_the_same(one: Token, other: Token) -> bool:
    """Whether two verbs are of the same thing: "the presence was confirmed", "denied the presence"."""
    if one.pos_ != "VERB" or other.pos_ != "VERB":
        return False
    first, second = (
        {stem(child.lemma_.lower()) for child in verb.children if child.dep_ in ("dobj", "nsubjpass")}
        for verb in (one, other)
    )
    return bool(first & second)


def _is_thing(token: Token) -> bool:
    return token.pos_ == "NOUN" and token.dep_ not in ("amod", "compound", "ROOT")


def amounts_hold(comparison: Comparison) -> bool:
    """Whether "all" and "most" of something are so in the sources as well, and not "some" or "several"."""
    for token, rank in _ranked(comparison.statement, _EVERY):
        head = _counted(token)
        found = [match.token for match in comparison.matches.get(head.i, ())] if head is not None else []
        if not found:
            continue
        if not any(_rank_of(other) >= rank for other in found) and not _says(comparison, token):
            return False
    return True


def _ranked(reading: Reading, ranks: dict[str, int]) -> list[tuple[Token, int]]:
    """Words of how many with their ranks; not those of "in all", and not "every 30 soldiers", which is a rate."""
    return [
        (token, ranks[token.lower_])
        for token in reading.doc
        if token.lower_ in ranks
        and token.dep_ != "pobj"
        and not any(near.dep_ == "nummod" for near in token.head.children)
    ]


def _counted(token: Token) -> Token | None:
    """What a word of how many counts: "all experts", "most of the men"; without a noun, the verb."""
    for child in token.children:
        if child.dep_ == "prep" and child.lower_ == "of":
            return next((each for each in child.children if each.dep_ == "pobj"), None)
    if token.dep_ in ("det", "amod", "predet", "nummod"):
        return token.head
    above = place(token)
    return above[1] if above is not None else None


def _rank_of(noun: Token) -> int:
    near = [*noun.children]
    if noun.dep_ == "pobj":
        near.append(noun.head.head)
    ranks = [_EVERY.get(each.lower_) or _SOME.get(each.lower_, 0) for each in near]
    if any(ranks):
        return max(ranks)
    return 0


def _says(comparison: Comparison, token: Token) -> bool:
    return any(each.lower_ == token.lower_ for source in comparison.sources for each in source.doc)
