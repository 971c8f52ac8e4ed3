"""What slices and patients are called where a review is handed over."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath

from brainseg_gui.core.pseudonyms import Pseudonyms
from brainseg_gui.core.slices import patient_group
from brainseg_gui.files.formats import stem_of
from brainseg_gui.files.masks.table import MASK_FORMATS

# At least six numbers: an address of the Internet and a version have fewer.
UID = re.compile(r"(?<![\d.])[0-2](?:\.(?:0|[1-9]\d*)){5,}(?!\d)")


@dataclass(frozen=True)
class Names:
    """The names as they are."""

    def slice(self, name: str) -> str:
        """Return what a slice is called in a table."""
        return name

    def stem(self, name: str) -> PurePosixPath:
        """Return what the mask of a slice begins with, relative to the folder of the masks.

        The name comes out of a file: whatever it holds, this does not lead out of a folder.
        """
        # POSIX knows two roots, "/" and "//".
        parts = [part for part in PurePosixPath(name).parts if part not in {"..", "/", "//", "."}]
        inside = PurePosixPath(*parts)
        return stem_of(inside)

    def patient(self, patient: str) -> str:
        """Return what a patient is called; unknown ones, who are "", stay unknown."""
        return patient

    def subject(self, patient: str) -> str:
        """Return what a patient is called where scans of one must be known for that."""
        return patient

    def digest(self, digest: str) -> str:
        """Return what stands for the content of a slice."""
        return digest

    def mark(self, digest: str) -> str:
        """Return what tells two slices of one name apart."""
        return digest[:8]

    def origin(self, origin: str) -> str:
        """Return what is said of the file that a mask was loaded from."""
        return origin

    def row(self, row: dict[str, object]) -> dict[str, object]:
        """Return a row of `provenance.csv` as it may be written."""
        return row


AS_THEY_ARE = Names()


@dataclass(frozen=True)
class Nameless(Names):
    """The names as they are, but for what DICOM says of a person: UIDs, names and ids.

    Attributes
    ----------
    identities : frozenset of str
        Names and ids of patients, as the files of the slices have them.
    """

    identities: frozenset[str] = frozenset()

    def slice(self, name: str) -> str:
        """Return a name in which nobody is named."""
        return self._said(name)

    def stem(self, name: str) -> PurePosixPath:
        """Return a stem in which nobody is named; see `Names.stem`."""
        return PurePosixPath(*map(self._said, super().stem(name).parts))

    def origin(self, origin: str) -> str:
        """Return an origin in which nobody is named."""
        return self._said(origin)

    def row(self, row: dict[str, object]) -> dict[str, object]:
        """Return a row in which nobody is named."""
        return row | {key: self._said(str(row[key])) for key in ("comment", "reasons")}

    def _said(self, text: str) -> str:
        text = UID.sub(lambda it: f"U-{_short(it[0])}", text)
        for word in sorted(self.identities, key=len, reverse=True):
            whole = re.compile(rf"(?<![^\W_]){re.escape(word)}(?![^\W_])", re.IGNORECASE)
            text = whole.sub(f"P-{_short(word)}", text)
        return text


def _short(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:8]


@dataclass(frozen=True)
class Hidden(Names):
    """Pseudonyms in place of the names, in comments too.

    Attributes
    ----------
    pseudonyms : Pseudonyms
    patients, known : frozenset of str
        Patients, and names of slices and folders, that a comment may speak of.
    """

    pseudonyms: Pseudonyms
    patients: frozenset[str]
    known: frozenset[str]

    @classmethod
    def of(cls, pseudonyms: Pseudonyms, patients: Iterable[str], slices: Iterable[str]) -> Hidden:
        """Hide these patients, and slices with their folders."""
        paths = [PurePosixPath(name) for name in slices]
        known = {
            part
            for path in paths
            for part in (*path.parts, path.stem, *stem_of(path).parts, str(path))
        }
        return cls(pseudonyms, frozenset(patients), frozenset(known))

    def slice(self, name: str) -> str:
        """Return the pseudonym of a slice, the same that begins the name of its mask."""
        return self.stem(name).as_posix()

    def stem(self, name: str) -> PurePosixPath:
        """Return a stem in which every part has its pseudonym."""
        return self.pseudonyms.path(super().stem(name))

    def patient(self, patient: str) -> str:
        """Return the pseudonym of a patient."""
        return self.pseudonyms.patient(patient)

    def subject(self, patient: str) -> str:
        """Return the pseudonym of the patient group, with the letter of the scan."""
        group = patient_group(patient)
        return self.pseudonyms.patient(group) + patient.removeprefix(group)

    def digest(self, digest: str) -> str:
        """Return the pseudonym of a content."""
        return self.pseudonyms.content(digest)

    def mark(self, digest: str) -> str:
        """Return what tells two slices of one name apart, and leads to no content."""
        return self.pseudonyms.content(digest)[:8]

    def origin(self, origin: str) -> str:
        """Return the kind of the file alone: its name and its maker are free text."""
        kinds = {it.name for it in MASK_FORMATS}
        found = {it for it in kinds if re.search(rf"\({it}\b", origin)}
        return " or ".join(sorted(found)) or ("mask" if origin else "")

    def row(self, row: dict[str, object]) -> dict[str, object]:
        """Return a row that names nobody."""
        return row | {
            "digest": self.pseudonyms.content(str(row["digest"])),
            **{key: self._said(str(row[key])) for key in ("comment", "reasons")},
            "patient": self.pseudonyms.patient(str(row["patient"])),
        }

    def _said(self, text: str) -> str:
        return self.pseudonyms.sentence(text, self.patients, self.known)
