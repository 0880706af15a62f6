"""Whether the engine refuses just where what it retrieved does not hold the answer: grounded refusals of Trust-Score.

With A_g the questions that the retrieved passages answer, A_r those that were answered, and ¬ for all others:

    P_ref = |¬A_r ∩ ¬A_g| / |¬A_r|    R_ref = |¬A_r ∩ ¬A_g| / |¬A_g|    F1_ref = 2 P_ref R_ref / (P_ref + R_ref)
    P_ans = |A_r ∩ A_g| / |A_r|       R_ans = |A_r ∩ A_g| / |A_g|       F1_ans = 2 P_ans R_ans / (P_ans + R_ans)
    F1_GR = (F1_ref + F1_ans) / 2

Source: Song, Sim, Bhardwaj, Chieu, Majumder and Poria, "Measuring and Enhancing Trustworthiness of LLMs in RAG through
Grounded Attributions and Learning to Refuse", ICLR 2025, "Grounded Refusals". There a question is answerable where the
retrieved documents hold at least one of its gold claims.

Range: 0 to 1, more is better; a fraction with nothing to divide by is 0.

Traps: it is about what was retrieved, not about the archive. A retriever that finds nothing, with an engine that always
refuses, makes all refusals right: read it beside recall, and beside `abstention`, which is about the archive. Where
every question is answerable and answered F1_ref is 0, so F1_GR is 0.5 at most. An answer counts as given, be it right
or wrong.
"""

from __future__ import annotations

from collections.abc import Sequence

from eval.metrics.abstention import abstention


def grounded_refusal(answerable: Sequence[bool], answered: Sequence[bool]) -> float:
    """F1_GR.

    Args:
        answerable: Of each question, whether what was retrieved for it holds the answer.
        answered: Of the same questions, in the same order, whether it was answered.

    Raises:
        ValueError: There is no question, or the two are not of one length.
    """
    return abstention([not held for held in answerable], [not given for given in answered]).macro_f1
