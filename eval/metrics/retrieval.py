"""How well a ranking finds the gold: recall, nDCG and reciprocal rank of its first k, and whether all of it is there.

    recall@k = relevant ids among the first k / all relevant ids
    DCG@k    = sum over ranks i = 1..k of relevance_i / log2(i + 1)
    ndcg@k   = DCG@k / DCG@k of the best ranking there can be
    mrr@k    = 1 / rank of the first relevant id among the first k, else 0; its mean over questions is the MRR
    all_gold = 1 where each group of ids that say the same has one among the first k, else 0

Sources: Järvelin and Kekäläinen, "Cumulated gain-based evaluation of IR techniques", ACM TOIS 20(4), 2002, with the
linear gain of trec_eval; Voorhees, "The TREC-8 Question Answering Track Report", TREC 1999 (reciprocal rank);
computed by MacAvaney, Macdonald and Ounis, "Streamlining Evaluation with ir-measures", ECIR 2022. That all gold must
be found is how multi-hop retrieval is counted, as in Khattab, Potts and Zaharia, "Baleen: Robust Multi-Hop Reasoning
at Scale via Condensed Retrieval", NeurIPS 2021; there every group is one passage.

Range: 0 to 1, more is better.

Traps: recall@k cannot reach 1 where more than k ids are relevant. Where several passages say the same, one of them is
enough for an answer, but recall asks for all; all_gold does not. Gold that was judged on few passages makes every
better retriever look worse, as what it finds beside them counts as wrong. None of these sees whether the answer used
what was found.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet

from ir_measures import RR, R, calc_aggregate, nDCG


def retrieval_scores(ranked: Sequence[str], gold: Mapping[str, int], k: int = 10) -> dict[str, float]:
    """Scores the ranking of one question.

    Args:
        ranked: Ids, best first; of an id that is there twice the first counts, and those behind it move up.
        gold: The relevance of each relevant id, above 0; what is not in it is not relevant.
        k: How many of the ranking are looked at.

    Returns:
        "recall@{k}", "ndcg@{k}" and "mrr@{k}"; all 0 where nothing was found.

    Raises:
        ValueError: There is no gold, a relevance is not above 0, or k is below 1.
    """
    if not gold:
        raise ValueError("gold is empty: retrieval can only be scored for a question with at least one relevant id.")
    wrong = {name: relevance for name, relevance in gold.items() if relevance <= 0}
    if wrong:
        raise ValueError(f"gold has relevances that are not above 0: {wrong}. Leave out what is not relevant.")
    distinct = _distinct(ranked, k)
    # Only the order of the scores counts: the first of n gets n, the last gets 1.
    run = {name: float(len(distinct) - place) for place, name in enumerate(distinct)}
    measures = {f"recall@{k}": R @ k, f"ndcg@{k}": nDCG @ k, f"mrr@{k}": RR @ k}
    found = calc_aggregate(measures.values(), {"question": dict(gold)}, {"question": run})
    return {name: float(found[measure]) for name, measure in measures.items()}


def all_gold(ranked: Sequence[str], groups: Sequence[AbstractSet[str]], k: int = 10) -> float:
    """Whether everything that is needed is among the first k.

    Args:
        ranked: Ids, best first; of an id that is there twice the first counts, and those behind it move up.
        groups: Of each thing that is needed, the ids any one of which has it; groups may share ids.
        k: How many of the ranking are looked at.

    Returns:
        1.0 where every group has an id there, else 0.0.

    Raises:
        ValueError: There is no group, one is empty, or k is below 1.
    """
    if not groups:
        raise ValueError("There are no groups: name at least one thing that is to be found.")
    if not all(groups):
        raise ValueError("A group is empty, so nothing can be found for it. Leave it out or name an id.")
    first = set(_distinct(ranked, k)[:k])
    return float(all(not first.isdisjoint(group) for group in groups))


def _distinct(ranked: Sequence[str], k: int) -> list[str]:
    if k < 1:
        raise ValueError(f"k is {k}; look at the first 1 or more.")
    return list(dict.fromkeys(ranked))
