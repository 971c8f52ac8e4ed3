"""Which classes are told apart in masks made elsewhere, and what was said of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from brainseg_gui.files import reading
from brainseg_gui.files.masks.found import Block, MaskFile
from brainseg_gui.files.masks.one_class import unsaid
from brainseg_gui.files.wishes import says_tumour
from brainseg_gui.review.session import ReviewSession


@dataclass(frozen=True)
class FoundClasses:
    """The classes in some files of masks.

    Attributes
    ----------
    files, images : mapping of str to int
        By class: files that hold it, and images of which it was annotated in one file.
    said : mapping of str to bool
        What was said of classes, here or before: whether they are tumour.
    """

    files: Mapping[str, int] = field(default_factory=Counter)
    images: Mapping[str, int] = field(default_factory=Counter)
    said: Mapping[str, bool] = field(default_factory=dict)

    @classmethod
    def of(cls, found: Iterable[MaskFile]) -> FoundClasses:
        """Count the classes in files."""
        files, images = Counter[str](), Counter[str]()
        for file in found:
            named = [block for block in file.blocks if block.name]
            images.update(label for block in named for label in block.classes)
            others = (block for block in file.blocks if not block.name)
            files.update({label for block in others for label in block.classes})
        return cls(files, images, dict(reading.wishes().labels))

    @property
    def labels(self) -> tuple[str, ...]:
        """Return all classes, in the order of their names, numbers first."""
        found = {*self.files, *self.images}
        return tuple(sorted(found, key=lambda it: (not it.isdecimal(), it.rjust(9), it)))

    @property
    def several(self) -> bool:
        """Tell whether there is something to choose from."""
        return len(self.labels) > 1 or bool(self.said.keys() & set(self.labels))

    @property
    def unsaid(self) -> bool:
        """Tell whether there are several, of which it was not said which are tumour."""
        return len(self.labels) > 1 and any(not self._is_known(it) for it in self.labels)

    @property
    def sentence(self) -> str:
        """Say which classes count, where there are several and it is known."""
        if not self.several or self.unsaid:
            return ""
        taken = [it for it in self.labels if self.counts(it)]
        left = [it for it in self.labels if not self.counts(it)]
        rest = f"; passed over: {', '.join(left)}" if left else ""
        return f"Taken as tumour: {', '.join(taken) or 'none of the classes'}{rest}."

    def where(self, label: str) -> str:
        """Say where a class was found."""
        counts = ((self.files.get(label, 0), "file"), (self.images.get(label, 0), "image"))
        found = (f"{it} {what}{'s' if it > 1 else ''}" for it, what in counts if it)
        return ", ".join(found)

    def counts(self, label: str) -> bool:
        """Tell whether a class is known to be tumour."""
        return self.said.get(label, says_tumour(label))

    def apart(self, found: MaskFile) -> MaskFile:
        """Refuse masks of one class where others hold another: they would be put together.

        What a file alone could not tell, that there is something to choose from, all of them do.
        """
        if not self.unsaid:
            return found
        return replace(found, blocks=tuple(map(self._refused, found.blocks)))

    def _refused(self, block: Block) -> Block:
        open_ = [it for it in block.classes if not self._is_known(it)]
        return replace(block, problem=block.problem or unsaid(open_)) if open_ else block

    def _is_known(self, label: str) -> bool:
        return label in self.said or says_tumour(label)


def keep_labels(session: ReviewSession, said: Mapping[str, bool]) -> None:
    """Keep with the review which classes of masks are tumour; all that is read goes by it.

    Raises
    ------
    StoreError
        If it cannot be written.
    """
    wishes = session.contents.wishes()
    labels = tuple(sorted({**dict(wishes.labels), **said}.items()))
    session.wish_for(replace(wishes, labels=labels))
    reading.wish_for(replace(reading.wishes(), labels=labels))


NO_CLASSES = FoundClasses()
