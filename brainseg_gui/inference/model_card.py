"""The card of a bundle: what a network is, how it was measured, and whether its files are whole."""

from __future__ import annotations

import dataclasses
import enum
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from brainseg_gui.core.image.preprocess import Preprocessing
from brainseg_gui.core.measures.expectation import ExpectedDice, Judge, RiskTable
from brainseg_gui.core.measures.risk import joint_risk
from brainseg_gui.core.slices import Tumour, patient_group
from brainseg_gui.inference.weights import MAX_CARD, BundleError, bounded, whole

CARD = "card.json"
KERAS_FILE = "model.keras"
ONNX_FILE = "model.onnx"
FILES = {"onnxruntime": ONNX_FILE} | dict.fromkeys(("tensorflow", "torch", "jax"), KERAS_FILE)
SEGMENTER, CORRECTOR = "segmenter", "corrector"
KINDS = {
    SEGMENTER: "proposes masks",
    CORRECTOR: "corrects masks by clicks",
}
OBJECTS = (
    *("recipe", "data", "accuracy", "sha256", "sizes", "software"),
    *("clicks", "risk", "refined"),
)
JUDGES = "second", "third"
WORTH = ("", "measured"), ("second", "both"), ("third", "all")
"""For each number of judges, where in `ModelCard.risk` stands what risks are worth by them."""


class Seen(enum.Enum):
    """What is known of a patient and a network's training."""

    TRAINED_ON = "trained on"
    NEW = "new"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class ModelCard:
    """Everything that is known about a network, stored beside its weights as `card.json`.

    Attributes
    ----------
    name, created : str
        Bundle name and ISO date.
    architecture : str
        One line, for example `U-Net, 16 feature maps, depth 5`.
    recipe : dict
        The training configuration, complete.
    preprocessing : Preprocessing
    threshold : float
        Probability from which a pixel belongs to the tumour.
    threshold_note : str
        How it was chosen.
    training_patients : tuple of str
        `hash_patient` of every patient group the network was trained on.
    patient_salt : str
    data : dict
        Fingerprint, counts, attribution and licence of the training data.
    accuracy : dict
        Measured Dice with split, patients and confidence interval.
    sha256 : dict
        File name to checksum.
    sizes : dict
        File name to bytes.
    software : dict
        Package name to version.
    intended_use : str
    kind : str
        One of `KINDS`; a card that does not say it is that of a segmenter.
    clicks : dict
        How clicks are shown to a corrector: `radius` of their disks in the network's pixels.
    risk : dict
        What risks have meant on slices that the network was not trained on: `table`, as of
        `RiskTable`; `usual` shares of an image by type; how it was measured; and, where one was
        measured that judges its masks, `second`, and then `third`, as of `Judge`: a segmenter,
        and a corrector. Empty where nothing was.
    refined : dict
        `name` and `sum` of the corrector that draws every mask once more, see `Refined`. Empty
        where none does.
    """

    name: str
    created: str
    architecture: str
    recipe: dict[str, Any]
    preprocessing: Preprocessing
    threshold: float
    threshold_note: str
    training_patients: tuple[str, ...]
    patient_salt: str
    data: dict[str, Any]
    accuracy: dict[str, Any]
    sha256: dict[str, str]
    sizes: dict[str, int]
    software: dict[str, str]
    intended_use: str
    kind: str = SEGMENTER
    clicks: dict[str, Any] = field(default_factory=dict)
    risk: dict[str, Any] = field(default_factory=dict)
    refined: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not 0 < self.threshold < 1:
            raise ValueError(f"threshold {self.threshold} is not between 0 and 1")
        if self.kind not in KINDS:
            raise ValueError(f"kind {self.kind!r} is not {' or '.join(KINDS)}")
        if self.kind == CORRECTOR and not 0 < self.radius <= self.preprocessing.size:
            raise ValueError(f"clicks of radius {self.radius:g} do not fit the network's input")
        if self.refiner is not None:
            refuse_path(self.refiner[0])
        _ = self.refined_worth  # or what was measured is no such thing
        self.expected(0.0, self.threshold)  # or the table is wrong
        for count in range(1 + len(self.judges)):
            self.risk_worth(count)
        for count, _ in enumerate(self.judges, 1):
            self.joint_risk(0.0, *[0.0] * count)
        for tumour in Tumour:
            self.usual_share(tumour)

    @property
    def radius(self) -> float:
        """Return the radius of the disk that shows a click to a corrector; 0 for a segmenter."""
        return float(self.clicks.get("radius", 0))

    def expected(self, risk: float, threshold: float, judges: int = 0) -> ExpectedDice | None:
        """Return the Dice to expect; None where it was not measured, or at another threshold.

        Parameters
        ----------
        risk, threshold : float
        judges : int
            How many of `judges`, the first ones, had a say in the risk: the interval is theirs.
        """
        if not self.risk or threshold != self.threshold:
            return None
        alone = self._risk_table.expected(risk)
        if not judges:
            return alone
        table = self.judges[judges - 1].table
        joint = table.expected(table.risk_of(alone.mean))
        return ExpectedDice(alone.mean, min(joint.low, alone.mean), max(joint.high, alone.mean))

    @cached_property
    def _risk_table(self) -> RiskTable:
        return _table(self.risk["table"])  # asked for each row that is painted

    def risk_worth(self, judges: int) -> str:
        """Return in a sentence how well its risks find poor masks; empty where not measured.

        Parameters
        ----------
        judges : int
            How many of `judges`, the first ones, have a say in the risks.
        """
        part, key = WORTH[judges]
        told = self.risk.get(part, {}) if part else self.risk
        measured = told.get(key)
        found = measured.get("riskiest_fifth_holds") if isinstance(measured, dict) else None
        if not isinstance(found, int | float):
            return ""
        *names, last = (self.name, *(judge.name for judge in self.judges[:judges]))
        whose = f"{', '.join(names)} and {last}" if names else f"{last} alone"
        slices, patients = told.get("slices"), told.get("patients")
        of = f", on {slices} slices of {patients} new patients" if slices and patients else ""
        return (
            f"The riskiest 20 % hold {100 * found:.0f} % of the slices with a Dice below 0.7, "
            f"by the risk of {whose}{of}."
        )

    @property
    def refiner(self) -> tuple[str, str] | None:
        """Return name and sum of the corrector that draws its masks once more; None without."""
        return (str(self.refined["name"]), str(self.refined["sum"])) if self.refined else None

    @property
    def refined_worth(self) -> str:
        """Return in a sentence who draws its masks once more, and what that brings."""
        if not self.refined:
            return ""
        said = f"Its masks are drawn once more by {self.refined['name']}"
        told = self.refined.get("measured", {})
        score = told.get("mean_dice", {})
        if not score:
            return f"{said}."
        return (
            f"{said}: mean Dice {score['before']:.3f} before and {score['refined']:.3f} after, on "
            f"{told['slices']} slices of {told['patients']} new patients."
        )

    @cached_property
    def judges(self) -> tuple[Judge, ...]:
        """Return the networks that judge this one's masks, in the order of being asked."""
        found = []
        for place in JUDGES:
            if not (told := self.risk.get(place)):
                break
            name, view = str(told["name"]), str(told.get("view", ""))
            refuse_path(name)
            found.append(Judge(name, str(told["sum"]), _table(told["table"]), view))
        return tuple(found)

    def joint_risk(self, risk: float, *said: float) -> float:
        """Return the risk at which as much is to be expected as by what the first judges say.

        So predictions that other networks judged stand in one order with those that they did not.
        """
        table = self.judges[len(said) - 1].table
        return self._risk_table.risk_of(table.expected(joint_risk(risk, *said)).mean)

    def usual_share(self, tumour: Tumour | None) -> tuple[float, float] | None:
        """Return which shares of an image tumours of a type mostly are, where it was measured."""
        low, high = self.risk.get("usual", {}).get(tumour and tumour.text, (None, None))
        return None if low is None else (float(low), float(high))

    def was_trained_on(self, patient: str) -> bool:
        """Tell whether the network has seen slices of this patient (any scan of the person)."""
        return self.seen(patient) is Seen.TRAINED_ON

    def seen(self, patient: str) -> Seen:
        """Tell what is known; of a slice that names no patient nobody can say that it is new."""
        if not patient:
            return Seen.UNKNOWN
        known = hash_patient(patient, self.patient_salt) in self.training_patients
        return Seen.TRAINED_ON if known else Seen.NEW

    def sum_of(self, engine: str) -> str:
        """Return the SHA-256 of the file that an engine runs."""
        return self.sha256.get(FILES[engine], "")

    def to_json(self) -> str:
        """Return the card as indented JSON."""
        return json.dumps(dataclasses.asdict(self), indent=1, ensure_ascii=False) + "\n"

    @classmethod
    def from_json(cls, text: str) -> ModelCard:
        """Parse a card; an unknown, missing or wrong field is a ValueError that names it."""
        stored = json.loads(text)
        if not isinstance(stored, dict):
            raise ValueError("not a JSON object")
        values: dict[str, Any] = {
            "kind": SEGMENTER,
            "clicks": {},
            "risk": {},
            "refined": {},
        } | stored
        known = {field.name for field in dataclasses.fields(cls)}
        if wrong := sorted(known ^ values.keys()):
            raise ValueError(f"unknown or missing fields: {', '.join(wrong)}")
        for name in OBJECTS:
            if not isinstance(values[name], dict):
                raise ValueError(f"{name} is not an object")
        steps = values["preprocessing"]
        values["preprocessing"] = Preprocessing(tuple(steps["channels"]), int(steps["size"]))
        values["training_patients"] = tuple(values["training_patients"])
        return cls(**values)


def refuse_path(name: str) -> None:
    """Raise ValueError where a card names another network by more than its name."""
    if Path(name).name != name:
        raise ValueError(f"{name!r} is not the name of a network")


def _table(columns: Mapping[str, Sequence[float]]) -> RiskTable:
    return RiskTable(**{name: tuple(map(float, row)) for name, row in columns.items()})


def hash_patient(patient: str, salt: str) -> str:
    """Return a salted hash of the patient's group: tells 'seen in training', names nobody."""
    named = f"{salt}:{patient_group(patient)}".encode("utf-8", "surrogatepass")
    return hashlib.sha256(named).hexdigest()[:16]


def read_card(bundle: Path, kind: str = SEGMENTER) -> ModelCard:
    """Read `card.json` and check that every file of the bundle is the one it describes.

    Parameters
    ----------
    bundle : Path
    kind : str
        One of `KINDS`: what the network is wanted for.

    Raises
    ------
    BundleError
        If the bundle or a file is missing, cut off, does not match its checksum, or is of a
        network of another kind.
    """
    try:
        card = ModelCard.from_json(bounded(bundle / CARD, MAX_CARD).decode("utf-8"))
    except FileNotFoundError:
        raise BundleError(f"No network in {bundle}: there is no {CARD}.") from None
    except OSError as error:
        raise BundleError(f"The card of {bundle.name} cannot be read: {error.strerror}.") from error
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise BundleError(f"The card of {bundle.name} is damaged: {error}.") from error
    if card.kind != kind:
        raise BundleError(
            f"The network {bundle.name} {KINDS[card.kind]}; what is needed is one that "
            f"{KINDS[kind]}."
        )
    for name in (KERAS_FILE, ONNX_FILE):
        whole(bundle, name, card.sizes, card.sha256)
    return card


def kind_of(bundle: Path) -> str:
    """Return what a bundle says that it is for, without any check; a segmenter if in doubt."""
    try:
        values = json.loads(bounded(bundle / CARD, MAX_CARD))
    except (OSError, ValueError, RecursionError, BundleError):
        return SEGMENTER
    kind = values.get("kind", SEGMENTER) if isinstance(values, dict) else SEGMENTER
    return kind if isinstance(kind, str) and kind in KINDS else SEGMENTER
