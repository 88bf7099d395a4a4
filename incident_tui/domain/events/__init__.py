"""What can happen in an incident: the closed union of events and the envelope they travel in.

A kind and the meaning of its fields are frozen for ever: a later version may add fields with defaults, never change
one. What is added stands in `LATER` and is not written where it says nothing, so that an event of an earlier version
keeps its bytes, and with them its hash. Fields are JSON-native; times inside a body are ISO 8601 strings in UTC.
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from msgspec import Struct, field

from incident_tui.domain.events.checklist import (
    BudgetSet,
    PhaseBegun,
    PhaseSetAside,
    PlaybookAttached,
    SectionTaken,
    StepAdded,
    StepChecked,
    StepNoted,
    StepReopened,
    StepRuledOut,
    StepSetAside,
    StepSkipped,
)
from incident_tui.domain.events.command import (
    ImpactSet,
    IncidentDeclared,
    IncidentRenamed,
    MilestoneSet,
    RoleLeft,
    RoleTaken,
    ServiceTagged,
    ServiceUntagged,
    SeveritySet,
    StatusSet,
)
from incident_tui.domain.events.delivery import (
    DeliveryBegun,
    DeliveryDelayed,
    DeliveryDone,
    DeliveryDropped,
    DeliveryFailed,
    DeliveryQueued,
    DeliveryRetried,
    DeliveryUnclear,
)
from incident_tui.domain.events.json import Json, JsonObject
from incident_tui.domain.events.log import (
    CommandRun,
    EntryAmended,
    EntryLogged,
    EntryStarred,
    EntryStruck,
    EvidenceWeighed,
    FileAttached,
    ResultKept,
    TheoryJudged,
)
from incident_tui.domain.events.messages import (
    MessageApproved,
    MessageDiscarded,
    MessageDrafted,
    MessageEdited,
    MessageSent,
)
from incident_tui.domain.events.record import (
    ActionItemAdded,
    ActionItemChanged,
    ActionItemDone,
    ActionItemReopened,
    ConfigurationRecorded,
    CostRecorded,
    ErrorRecorded,
    FixStepRecorded,
    LessonRecorded,
    ReadingRecorded,
    RecoveryRecorded,
    SignedOff,
)
from incident_tui.domain.events.teamwork import (
    CalloutAnswered,
    DecisionProposed,
    DecisionRuled,
    Escalated,
    HandoffAccepted,
    HandoffOffered,
    HandoffWithdrawn,
    LoopMoved,
    ObjectionRaised,
    OrderCancelled,
    OrderDone,
    OrderExtended,
    OrderGiven,
    OrderUnderstood,
)

__all__ = [
    "ActionItemAdded",
    "ActionItemChanged",
    "ActionItemDone",
    "ActionItemReopened",
    "Body",
    "BudgetSet",
    "CalloutAnswered",
    "CommandRun",
    "ConfigurationRecorded",
    "CostRecorded",
    "DecisionProposed",
    "DecisionRuled",
    "DeliveryBegun",
    "DeliveryDelayed",
    "DeliveryDone",
    "DeliveryDropped",
    "DeliveryFailed",
    "DeliveryQueued",
    "DeliveryRetried",
    "DeliveryUnclear",
    "EntryAmended",
    "EntryLogged",
    "EntryStarred",
    "EntryStruck",
    "ErrorRecorded",
    "Escalated",
    "Event",
    "EvidenceWeighed",
    "FileAttached",
    "FixStepRecorded",
    "HandoffAccepted",
    "HandoffOffered",
    "HandoffWithdrawn",
    "ImpactSet",
    "IncidentDeclared",
    "IncidentRenamed",
    "Json",
    "JsonObject",
    "LessonRecorded",
    "LoopMoved",
    "MessageApproved",
    "MessageDiscarded",
    "MessageDrafted",
    "MessageEdited",
    "MessageSent",
    "MilestoneSet",
    "ObjectionRaised",
    "OrderCancelled",
    "OrderDone",
    "OrderExtended",
    "OrderGiven",
    "OrderUnderstood",
    "PhaseBegun",
    "PhaseSetAside",
    "PlaybookAttached",
    "ReadingRecorded",
    "RecoveryRecorded",
    "ResultKept",
    "RoleLeft",
    "RoleTaken",
    "SectionTaken",
    "ServiceTagged",
    "ServiceUntagged",
    "SeveritySet",
    "SignedOff",
    "StatusSet",
    "StepAdded",
    "StepChecked",
    "StepNoted",
    "StepReopened",
    "StepRuledOut",
    "StepSetAside",
    "StepSkipped",
    "TheoryJudged",
    "Undone",
    "Unrecognised",
]


class Undone(Struct, frozen=True):
    """Takes back `event`. `restore` maps a field of the incident to the value, or to the keyed values, it had."""

    KIND: ClassVar[str] = "act.undone"
    event: str
    restore: JsonObject = field(default_factory=dict)


class Unrecognised(Struct, frozen=True):
    """An event of a newer version, or a damaged one: kept and shown as such, changes nothing."""

    KIND: ClassVar[str] = "unrecognised"
    kind: str
    data: JsonObject = field(default_factory=dict)


Body = (
    IncidentDeclared
    | IncidentRenamed
    | SeveritySet
    | StatusSet
    | MilestoneSet
    | RoleTaken
    | RoleLeft
    | ImpactSet
    | ServiceTagged
    | ServiceUntagged
    | PhaseBegun
    | StepChecked
    | StepReopened
    | StepSkipped
    | StepRuledOut
    | StepNoted
    | PlaybookAttached
    | StepAdded
    | StepSetAside
    | PhaseSetAside
    | SectionTaken
    | BudgetSet
    | EntryLogged
    | CommandRun
    | FileAttached
    | ResultKept
    | EntryAmended
    | EntryStruck
    | EntryStarred
    | TheoryJudged
    | EvidenceWeighed
    | MessageDrafted
    | MessageEdited
    | MessageApproved
    | MessageSent
    | MessageDiscarded
    | DeliveryQueued
    | DeliveryBegun
    | DeliveryDone
    | DeliveryDelayed
    | DeliveryFailed
    | DeliveryUnclear
    | DeliveryRetried
    | DeliveryDropped
    | ErrorRecorded
    | ReadingRecorded
    | ConfigurationRecorded
    | FixStepRecorded
    | RecoveryRecorded
    | CostRecorded
    | LessonRecorded
    | SignedOff
    | ActionItemAdded
    | ActionItemChanged
    | ActionItemDone
    | ActionItemReopened
    | OrderGiven
    | OrderUnderstood
    | OrderExtended
    | OrderDone
    | OrderCancelled
    | DecisionProposed
    | ObjectionRaised
    | DecisionRuled
    | Escalated
    | HandoffOffered
    | HandoffAccepted
    | HandoffWithdrawn
    | LoopMoved
    | CalloutAnswered
    | Undone
    | Unrecognised
)


class Event(Struct, frozen=True):
    """A body with its identity.

    `id` is a UUIDv7 whose order is the total order of events (see `identity`). `at` is when it happened, `recorded`
    when it was entered; they differ when the writer back-dates. `prev` and `hash` chain the events of one device in
    one incident.
    """

    id: str
    incident: str
    device: str
    at: datetime
    recorded: datetime
    actor: str
    body: Body
    prev: str = ""
    hash: str = ""

    @property
    def late(self) -> bool:
        """Whether it was entered a minute or more after it happened."""
        return (self.recorded - self.at).total_seconds() >= 60
