"""All that a review holds for a report, read at one moment and let go of."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from brainseg_gui.core.measures.compared import Compared
from brainseg_gui.review.contents import Contents
from brainseg_gui.review.values.measured import Effort, PackedPrediction, Vote
from brainseg_gui.review.values.record import SliceLabel
from brainseg_gui.review.values.stored import PackedCorrection
from brainseg_gui.review.values.verdict import SliceStatus

Network = tuple[str, float]  # name and threshold: its files for several engines are one network


@dataclass(frozen=True, eq=False)
class Holdings:
    """What is known of the slices of a review, by their digests.

    Attributes
    ----------
    labels : mapping of str to SliceLabel
    predictions : mapping of str to sequence of PackedPrediction
        Oldest first.
    corrections : mapping of (str, str) to PackedCorrection
        By slice and reader; predictions that were accepted are among them.
    statuses : mapping of str to mapping of str to SliceStatus
        By slice, then by reader.
    efforts : mapping of (str, str) to Effort
    measures : mapping of (str, str, str) to Compared
        By slice and keys of the masks.
    votes : mapping of str to mapping of str to Vote
        By slice, then the last one of each reader.
    """

    labels: Mapping[str, SliceLabel]
    predictions: Mapping[str, Sequence[PackedPrediction]]
    corrections: Mapping[tuple[str, str], PackedCorrection]
    statuses: Mapping[str, Mapping[str, SliceStatus]]
    efforts: Mapping[tuple[str, str], Effort]
    measures: Mapping[tuple[str, str, str], Compared]
    votes: Mapping[str, Mapping[str, Vote]]

    @classmethod
    def of(cls, contents: Contents) -> Holdings:
        """Read all of it; a few megabytes for thousands of slices.

        Raises
        ------
        StoreError
            If the review cannot be read.
        """
        measured = contents.measured
        predictions: defaultdict[str, list[PackedPrediction]] = defaultdict(list)
        for it in measured.predictions():
            predictions[it.digest].append(it)
        statuses: defaultdict[str, dict[str, SliceStatus]] = defaultdict(dict)
        for reader in contents.readers():
            for digest, status in contents.statuses(reader).items():
                statuses[digest][reader] = status
        votes: defaultdict[str, dict[str, Vote]] = defaultdict(dict)
        for vote in measured.votes():
            votes[vote.label.digest][vote.reader] = vote
        return cls(
            measured.labels(),
            dict(predictions),
            {(it.digest, it.reader): it for it in contents.packed_masks()},
            dict(statuses),
            measured.efforts(),
            measured.measures(),
            dict(votes),
        )

    @property
    def networks(self) -> tuple[Network, ...]:
        """Return the networks whose predictions are kept, that with the most of them first."""
        found = Counter(
            (it.model.name, it.model.threshold) for its in self.predictions.values() for it in its
        )
        return tuple(network for network, _ in found.most_common())
