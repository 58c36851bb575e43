"""Projects on the wire."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from backend.core.names import OneLine
from backend.users.models import Role

NUDGE_SECONDS = 30  # an annotator goes on when a mask takes longer: SAM paper, section 4
MAX_LABELS = 5000  # LVIS has 1,203
MAX_NAME_CHARACTERS = 60

Name = Annotated[str, OneLine, StringConstraints(min_length=1, max_length=MAX_NAME_CHARACTERS)]
ProjectName = Annotated[str, OneLine, StringConstraints(min_length=1, max_length=80)]


class OverlapRule(StrEnum):
    """What happens to pixels that a new mask shares with saved ones of its image."""

    ALLOW = "allow"
    NEWER_CUTS_OLDER = "newer_cuts_older"
    NEWER_IS_CUT = "newer_is_cut"


class Label(BaseModel):
    """A kind of object. The id is made by the client and stays when the label is renamed."""

    model_config = ConfigDict(extra="forbid")

    id: UUID
    name: Name
    colour: Annotated[str, Field(pattern="^#[0-9a-f]{6}$", description="Of its masks, such as #e69f00.")]


class ProjectSettings(BaseModel):
    overlap_rule: OverlapRule = OverlapRule.ALLOW
    labels: list[Label] = []
    nudge_seconds: int = NUDGE_SECONDS
    guidelines: str = ""


class ProjectOut(ProjectSettings):
    model_config = ConfigDict(json_schema_serialization_defaults_required=True)

    id: UUID
    name: str


class ProjectSummary(BaseModel):
    """One of somebody's projects, their role in it and what is in it."""

    id: UUID
    name: str
    role: Role
    created_at: datetime
    images: int = Field(description="Those of second looks and audits do not count.")
    masks: int = Field(description="Accepted masks on these images.")
    people: int = Field(description="Who may work in it, admins included.")


class ProjectIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: ProjectName


class ProjectDeletion(BaseModel):
    """Its name once more, so that nobody deletes a project by mistake."""

    model_config = ConfigDict(extra="forbid")

    name: str


class ProjectBefore(ProjectSettings):
    """Settings as somebody saw them before changing them; what is left out is not compared."""

    model_config = ConfigDict(extra="forbid")


class ProjectChange(BaseModel):
    """What is left out stays as it is."""

    model_config = ConfigDict(extra="forbid")

    name: ProjectName = ""

    before: ProjectBefore = Field(
        default=ProjectBefore(),
        description="What the change replaces: where that is not so any more, nothing is changed.",
    )
    overlap_rule: OverlapRule = OverlapRule.ALLOW
    labels: Annotated[list[Label], Field(max_length=MAX_LABELS)] = []
    nudge_seconds: Annotated[
        int,
        Field(
            ge=0, le=3600, description="Seconds on one mask after which the page offers to go on; 0: never."
        ),
    ] = NUDGE_SECONDS
    guidelines: Annotated[str, Field(max_length=100_000, description="Markdown for the annotators.")] = ""

    @model_validator(mode="after")
    def _labels_are_distinct(self) -> Self:
        ids = [label.id for label in self.labels]
        names = [label.name.casefold() for label in self.labels]
        if len(set(ids)) < len(ids) or len(set(names)) < len(names):
            raise ValueError("two labels have the same name or id")
        return self
