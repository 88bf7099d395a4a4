"""Where the real post-mortems lie, if they are here."""

from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2].parent / "shared" / "corpus" / "postmortems"
FILES = sorted(FOLDER.glob("*.md"))
LABELS = sorted((FOLDER / "expected").glob("*.json"))
