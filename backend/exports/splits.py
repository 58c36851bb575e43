"""Train, val and test: which one an image goes into."""

from pathlib import PurePosixPath

from backend.exports.models import Split, SplitGroup
from backend.exports.schemas import ExportSplit
from backend.images.models import Image
from backend.projects.draws import place_of


def split_of(image: Image, wanted: ExportSplit) -> Split:
    """Depends on the image's group and the shares alone, so that later exports do not mix the sets.

    A changed share of train moves images between train and its neighbour only: test is drawn first, then val.
    """
    place = 100 * place_of(group_of(image, wanted), "split of exports")
    if place < wanted.test:
        return Split.TEST
    return Split.VAL if place < wanted.test + wanted.val else Split.TRAIN


def group_of(image: Image, wanted: ExportSplit) -> str:
    """A key that the images of a group share; by image, copies of one photo are a group."""
    match wanted.group_by:
        case SplitGroup.IMAGE:
            return image.sha256
        case SplitGroup.BATCH:
            return str(image.batch_id)
        case SplitGroup.PREFIX:
            prefix, separator, _ = image.name.partition(wanted.separator)
            return prefix if separator else str(PurePosixPath(image.name).with_suffix(""))
