"""Verify what `incident-tui export` wrote, with nothing but Python: verify_export.py EXPORT [ANCHORS]"""

import hashlib
import json
import re
import sys
from pathlib import Path

COLUMNS = ("id", "incident", "device", "at", "recorded", "actor", "kind", "body", "prev")
chains, bad, last = {}, [], ""
for number, line in enumerate(Path(sys.argv[1]).read_bytes().rstrip(b"\n").split(b"\n"), 1):
    try:
        event = json.loads(line)
        body = json.dumps(event["body"], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        texts = [(body if name == "body" else event[name]).encode("utf-8", "surrogatepass") for name in COLUMNS]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        bad.append(f"line {number}: this is no event: {error!r}")
        continue
    digest = hashlib.sha256(b"".join(b"%d:%s" % (len(text), text) for text in texts)).hexdigest()
    chain = chains.setdefault((event["incident"], event["device"]), [])
    if digest != event.get("hash"):
        bad.append(f"line {number}, event {event['id']}: its content does not fit its hash")
    if event["prev"] != (chain[-1] if chain else ""):
        bad.append(f"line {number}, event {event['id']}: it does not follow the event before it on its device")
    if event["id"] <= last:
        bad.append(f"line {number}, event {event['id']}: it is out of order, or here twice")
    chain.append(digest)
    last = event["id"]

kept = Path(sys.argv[2]).read_text("utf-8") if sys.argv[2:] else ""
anchors = set(re.findall(r"\b([0-9a-f]{8})\s+(\d+)\s+([0-9a-f]{64})\b", kept))
for device, count, digest in sorted(anchors):
    place = int(count) - 1
    if not any(name == device and digest in chain[place : place + 1] for (_, name), chain in chains.items()):
        bad.append(f"anchor {device} {count}: the export does not hold to it: cut off at its end, or changed")
if kept and not anchors:
    bad.append(f"{sys.argv[2]}: there is no anchor in it")
found = f"ok: {sum(map(len, chains.values()))} events, {len(anchors)} anchors held"
print("\n".join(f"BAD {text}" for text in bad) or found)
sys.exit(bool(bad))
