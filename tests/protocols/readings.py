"""What is read in a document, in short."""

from incident_tui.domain.protocol import Protocol, Step
from incident_tui.protocols.markdown import Imported, read


def document(text: str, name: str = "a.md") -> Protocol:
    return read(text, name).protocol


def titles(protocol: Protocol) -> list[str]:
    return [step.title for _, step in protocol.all_steps()]


def phases(protocol: Protocol) -> list[tuple[str, int]]:
    return [(phase.title, len(phase.steps)) for phase in protocol.phases]


def readings(protocol: Protocol) -> list[str]:
    return [reading.title for reading in protocol.readings]


def only_step(text: str) -> Step:
    protocol = document(f"# T\n\n## Do\n\n{text}\n")
    (phase,) = protocol.phases
    (step,) = phase.steps
    return step


def imported(text: str) -> Imported:
    return read(text, "a.md")
