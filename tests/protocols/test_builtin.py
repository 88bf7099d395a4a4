"""The built-in protocols: complete against the reference document, short enough, well formed."""

from __future__ import annotations

import re
import tomllib
from datetime import timedelta
from hashlib import sha256
from importlib.resources import files
from pathlib import Path

import pytest

from incident_tui.domain.protocol import Protocol
from incident_tui.domain.protocol_json import from_json, to_json
from incident_tui.protocols.library import UnknownProtocol, load_builtin, names

REFERENCE = Path(__file__).parents[3] / "shared" / "reference" / "emergency-session.md"
DOCUMENT = files("incident_tui.protocols") / "builtin" / "emergency.toml"
LONGEST_TITLE = 38

# Word(s) of the checkbox item in the reference, step that covers it, word(s) of that step's title.
CHECKBOXES = [
    ("Service Status", "1.1", "health dashboards"),
    ("Error Rate", "1.2", "error rate"),
    ("User Reports", "1.3", "user reports"),
    ("Recent Changes", "1.4", "changed recently"),
    ("Notify Team", "2.1", "Alert the people"),
    ("Incident Channel", "2.2", "incident channel"),
    ("Status Page", "2.3", "status page"),
    ("Rollback Ready", "2.4", "way back"),
    ("Immediate Mitigation", "4.1", "temporary fix"),
    ("Traffic Management", "4.2", "traffic"),
    ("Cache Clearing", "4.3", "caches"),
    ("Service Restart", "4.4", "Restart"),
    ("Log Analysis", "5.3", "error logs"),
    ("Metric Analysis", "5.4", "system metrics"),
    ("Database Queries", "5.5", "slow or locked"),
    ("External Services", "5.6", "external services"),
    ("Fix Development", "6.1", "Build and test"),
    ("Fix Deployment", "6.2", "Deploy"),
    ("Verification", "6.3", "Confirm"),
    ("Monitor", "6.4", "Watch"),
    ("Error rate back", "7.1", "error rate"),
    ("Response times", "7.2", "response times"),
    ("No user complaints", "7.3", "30 minutes"),
    ("health checks passing", "7.4", "health check"),
    ("additional alerts", "8.1", "alerts"),
    ("monitoring frequency", "8.2", "more often"),
    ("side effects", "8.3", "side effects"),
    ("24 hours", "8.4", "24 hours"),
    ("affected data", "9.1", "affected data"),
    ("backups", "9.2", "backups"),
    ("integrity", "9.3", "integrity"),
    ("discrepancies", "9.4", "differs"),
    ("all caches", "10.1", "all remaining caches"),
    ("circuit breakers", "10.2", "circuit breakers"),
    ("integrations", "10.3", "integration"),
    ("critical user flows", "10.4", "critical user flows"),
    ("incident report", "11.1", "report"),
    ("stakeholders", "11.2", "stakeholder"),
    ("Schedule post-mortem", "11.3", "Schedule the post-mortem"),
    ("temporary fixes", "11.4", "temporary fixes"),
    ("Conduct post-mortem", "12.1", "post-mortem"),
    ("permanent fixes", "12.2", "permanent fix"),
    ("runbooks", "12.3", "runbooks"),
    ("monitoring/alerts", "12.4", "monitoring and alerts"),
    ("Architecture", "13.1", "architecture"),
    ("Process", "13.2", "process"),
    ("Training", "13.3", "training"),
    ("Disaster recovery", "13.4", "disaster recovery"),
    ("High priority", "11.6", "action"),
    ("Medium priority", "11.6", "action"),
    ("Low priority", "11.6", "action"),
]

# The same for the fields of the reference that are not checkboxes but ask for work.
FIELDS = [
    ("Revenue Impact", "3.1", "revenue"),
    ("User Impact", "3.2", "users"),
    ("Data Impact", "3.3", "lost or corrupt"),
    ("Reputation Impact", "3.4", "public visibility"),
    ("Frontend", "3.5.1", "Frontend"),
    ("Backend", "3.5.2", "Backend"),
    ("Database", "3.5.3", "Database"),
    ("Third-party", "3.5.4", "Third parties"),
    ("Severity", "3.6", "severity"),
    ("Communication Log", "3.7", "audiences"),
    ("Normal operation confirmed", "5.1.1", "all was well"),
    ("First error detected", "5.1.2", "First error"),
    ("Issue escalated", "5.1.3", "Escalation"),
    ("Investigation started", "5.1.4", "Start of the investigation"),
    ("Initial Hypothesis", "5.2", "likely causes"),
    ("Configuration at Time of Incident", "5.7", "configuration"),
    ("Root Cause Identified", "5.8", "cause with evidence"),
    ("Lessons Learned", "11.5", "lessons"),
    ("Cost of Incident", "11.7", "cost"),
    ("Sign-offs", "11.8", "sign-offs"),
    ("within 48 hours", "11.3", "48 h"),
]

PHASES = [
    ("Immediate response", timedelta(minutes=5), "declared"),
    ("Emergency actions", timedelta(minutes=5), "declared"),
    ("Impact analysis", None, "phase"),
    ("Stabilization", timedelta(minutes=10), "phase"),
    ("Investigation", timedelta(minutes=15), "phase"),
    ("Resolution", None, "phase"),
    ("Verification", timedelta(minutes=30), "phase"),
    ("Monitoring after the fix", timedelta(hours=24), "phase"),
    ("Data recovery", None, "phase"),
    ("Service recovery", None, "phase"),
    ("Within 24 hours", timedelta(hours=24), "resolved"),
    ("Within one week", timedelta(days=7), "resolved"),
    ("Within one month", timedelta(days=30), "resolved"),
]


@pytest.fixture(scope="module")
def emergency() -> Protocol:
    return load_builtin("emergency")


@pytest.fixture(scope="module")
def reference() -> str:
    if not REFERENCE.exists():
        pytest.skip("the reference document is not beside this checkout")
    return REFERENCE.read_text(encoding="utf-8")


@pytest.mark.parametrize(("item", "number", "title"), CHECKBOXES + FIELDS)
def test_each_item_of_the_reference_has_its_step(emergency: Protocol, item: str, number: str, title: str) -> None:
    step = emergency.step(number)
    assert step is not None, item
    assert title.casefold() in step.title.casefold()


def test_table_has_the_checkboxes_of_the_reference_in_its_order_of_sections(reference: str) -> None:
    boxes = re.findall(r"^- \[ \] (.+)$", reference, re.MULTILINE)
    assert len(boxes) == len(CHECKBOXES)
    assert [item for (item, _, _), box in zip(CHECKBOXES, boxes, strict=True) if item not in box] == []


def test_table_names_fields_the_reference_has(reference: str) -> None:
    assert [item for item, _, _ in FIELDS if item not in reference] == []


def test_no_title_or_detail_is_copied_from_the_reference(emergency: Protocol, reference: str) -> None:
    texts = [text for _, step in emergency.all_steps() for text in (step.title, step.detail)]
    sentences = [sentence for text in texts for sentence in text.split(". ")]
    assert [sentence for sentence in sentences if sentence.strip(". ") in reference] == []


def test_phases_budgets_and_anchors(emergency: Protocol) -> None:
    assert [(phase.title, phase.budget, phase.anchor) for phase in emergency.phases] == PHASES


def test_each_step_is_short_enough_for_its_pane_and_explained(emergency: Protocol) -> None:
    steps = [step for _, step in emergency.all_steps()]
    assert [step.number for step in steps if not 0 < len(step.title) <= LONGEST_TITLE] == []
    assert [step.number for step in steps if not step.detail.endswith((".", "?"))] == []
    assert [phase.title for phase in emergency.phases if not phase.group] == []


def test_numbers_and_titles_are_unique(emergency: Protocol) -> None:
    steps = [step for _, step in emergency.all_steps()]
    assert len({step.number for step in steps}) == len(steps)
    assert len({step.title for step in steps}) == len(steps)


def test_document_has_no_key_that_is_silently_ignored() -> None:
    def without_blanks(value: object) -> object:
        if isinstance(value, dict):
            return {key: without_blanks(v) for key, v in value.items() if v not in ("", None, [])}
        return [without_blanks(item) for item in value] if isinstance(value, list) else value

    written = tomllib.loads(DOCUMENT.read_text(encoding="utf-8"))
    for phase in written["phases"]:
        phase.setdefault("anchor", "phase")
    assert without_blanks(to_json(from_json(written))) == written


def test_origin_is_recorded(emergency: Protocol) -> None:
    assert emergency.name == "emergency"
    assert emergency.source == "builtin:emergency"
    assert emergency.digest == sha256(DOCUMENT.read_bytes()).hexdigest()


@pytest.mark.parametrize("name", names())
def test_every_builtin_loads_and_survives_json(name: str) -> None:
    protocol = load_builtin(name)
    assert protocol.phases
    assert from_json(to_json(protocol)) == protocol


@pytest.mark.parametrize("name", ["nope", "", "../emergency", "emergency.toml", "[/red]"])
def test_unknown_name_lists_the_known_ones(name: str) -> None:
    with pytest.raises(UnknownProtocol, match=r"known: .*emergency"):
        load_builtin(name)
