"""Which MR sequence a file says that it holds, by its words; the network knows one of them."""

from __future__ import annotations

import re

ENHANCED = "contrast-enhanced T1"
PLAIN_T1 = "T1, and no contrast agent is named"
# In this order: "t2 flair" is FLAIR, and "t1 post" is enhanced.
WORDS = (
    ("FLAIR", r"t2[_\- ]?flair|flair|t2f|tirm|dark[_\- ]?fluid"),
    ("diffusion", r"dwi|dti|adc|trace[w]?|diff(usion)?|b[_\- ]?1000"),
    ("susceptibility", r"swi|swan|gre|hemo|t2[_\- ]?(star|\*)"),
    ("perfusion", r"dsc|dce|perf(usion)?|cbv|cbf|rcbv|asl"),
    ("angiography", r"tof|mra|angio"),
    ("T2", r"t2w?|t2[_\- ]?tse"),
    ("proton density", r"pd|pdw"),
)
T1 = r"t1(?![0-9])[a-z]*|mprage|mpr|bravo|spgr|flash|tfl3d\w*"
AGENT = (
    r"t1(ce|c|gd|km|post|\+c|\+gd)|\+ ?c|gd|gad\w*|ce|km|kontrast\w*|contrast\w*|post|c\+|dotarem"
)


def sequence_of(text: str, agent: bool | None = None) -> str:
    """Return what a text says of the sequence, "" where it says nothing that is known.

    Parameters
    ----------
    text : str
        A name or a description.
    agent : bool, optional
        Whether the file says beside the text that a contrast agent was given.

    Examples
    --------
    >>> sequence_of("BraTS_001_t1ce"), sequence_of("t2_tse_tra"), sequence_of("brain")
    ('contrast-enhanced T1', 'T2', '')
    """
    said = text.casefold()
    is_t1 = _says(T1, said)
    for name, words in WORDS:
        if not is_t1 and _says(words, said):
            return name
    if not is_t1:
        return ""
    return ENHANCED if agent or _says(AGENT, said) else PLAIN_T1


def _says(words: str, text: str) -> bool:
    """Tell whether a text holds one of these words for itself."""
    return re.search(rf"(?<![a-z0-9])(?:{words})(?![a-z0-9])", text) is not None


def sequence_note(sequence: str, by: str) -> tuple[str, ...]:
    """Return what is to be said of a slice of another sequence than the network was trained on.

    Parameters
    ----------
    sequence : str
        From `sequence_of`.
    by : str
        What says so, as a sentence begins: "By its name".
    """
    if sequence in ("", ENHANCED):
        return ()
    return (f"{by} this is {sequence}; the networks here were trained on {ENHANCED}.",)
