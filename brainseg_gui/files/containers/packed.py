"""The formats of which files may lie in a zip file: they are opened by their path in there."""

from __future__ import annotations

from pathlib import Path

from brainseg_gui.core.slices import Slice
from brainseg_gui.files.containers.container import ITSELF, Container, Listing
from brainseg_gui.files.containers.dicom import row as dicom
from brainseg_gui.files.containers.nifti import row as nifti
from brainseg_gui.files.containers.opening import content_of, is_file
from brainseg_gui.files.info import SliceInfo
from brainseg_gui.files.readers import author_folds, loose_picture, mat, picture_folder
from brainseg_gui.files.readers.picture_file import SUFFIXES, sniff
from brainseg_gui.files.wishes import Wishes


def row_named(path: Path) -> Container | None:
    """Return the format of a file in a zip file by its name, and by what lies beside it."""
    row = next((it for it in ROWS if it.is_named(path)), None)
    described = row is loose_picture.ROW and path.parent.name == picture_folder.IMAGES
    if described and is_file(path.parent.parent / picture_folder.INDEX):
        return _DESCRIBED
    return row


def is_nameless(path: Path) -> bool:
    """Tell whether a file has no suffix, or a UID for a name, as those of DICOM have."""
    return not path.suffix.rstrip(".0123456789")


def _itself(path: Path, wishes: Wishes) -> Listing:
    return ITSELF


def _read_mat(path: Path, member: str, wishes: Wishes) -> Slice:
    return mat.read(content_of(path), wishes)


def _index_mat(path: Path, member: str, wishes: Wishes) -> SliceInfo:
    return mat.index(content_of(path), wishes)


def _read_described(path: Path, member: str, wishes: Wishes) -> Slice:
    return picture_folder.read(path, wishes)


def _index_described(path: Path, member: str, wishes: Wishes) -> SliceInfo:
    return picture_folder.index(path, wishes)


MATLAB = Container(
    "MATLAB slices",
    (mat.SUFFIX,),
    mat.sniff,
    _itself,
    _read_mat,
    _index_mat,
    holds_several=False,
    is_mask=lambda path: path.name == author_folds.NAME,
)
_DESCRIBED = Container(
    "Folders of pictures",
    SUFFIXES,
    sniff,
    _itself,
    _read_described,
    _index_described,
    holds_several=False,
)
DICOM = dicom.ROW
ROWS = (MATLAB, DICOM, nifti.ROW, loose_picture.ROW)
