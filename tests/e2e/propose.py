"""Proposes masks of tests/data/clothing as a detector's job leaves them, the surest first.

python -m tests.e2e.propose IMAGE_ID FILE_NAME    # in the data folder of MASKLOOP_DATA_DIR
"""

import json
import sys
from pathlib import Path
from uuid import UUID, uuid4

from backend.core.database import session_scope
from backend.images.models import Image
from backend.masks import machine
from backend.masks.machine import MachineMask
from backend.masks.models import MaskSource, MaskState
from backend.models import service as models
from backend.projects.models import Stage
from backend.projects.service import project_of_batch
from backend.runtime import open_runtime
from backend.settings import Settings

CLOTHING = Path(__file__).parents[1] / "data" / "clothing" / "annotations.json"
PLACES = (4, 5, 6, 8)  # among the annotations of 0859.jpg: parts of the dress, which do not overlap much


def main() -> None:
    image_id, name = UUID(sys.argv[1]), sys.argv[2]
    document = json.loads(CLOTHING.read_text())
    [photo] = [image["id"] for image in document["images"] if image["file_name"] == name]
    annotations = [one for one in document["annotations"] if one["image_id"] == photo]
    with session_scope(open_runtime(Settings()).sessions) as session:
        image = session.get_one(Image, image_id)
        project_id = project_of_batch(session, image.batch_id)
        found = [
            MachineMask(
                id=uuid4(),
                source=MaskSource.DETECTED,
                state=MaskState.PROPOSED,
                model_id=models.active_model(session, project_id).id,
                rle_counts=annotations[place]["segmentation"]["counts"],
                predicted_iou=0.9 - 0.1 * number,
                stability_score=0.9,
            )
            for number, place in enumerate(PLACES)
        ]
        machine.add_machine_masks(session, image, found, Stage.SEMI_AUTOMATIC)


if __name__ == "__main__":
    main()
