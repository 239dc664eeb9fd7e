"""Reads every log of a folder, and compares what it says with what is written beside it.

usage: python3 compare.py FOLDER

For each NAME.lka the folder holds NAME.jsonl: a line for each record and one for the state of the
log. Every number, text and name must be the same, and floating-point numbers to the last bit.
"""
import json
import pathlib
import sys

from dump import lines
from lockstep_audit import NotALog


def text(value):
    return json.dumps(value, sort_keys=True)


def found(path):
    try:
        return [text(line) for line in lines(path)]
    except NotALog:
        return [text({"status": "no log"})]


def main(folder):
    logs = sorted(pathlib.Path(folder).glob("*.lka"))
    records, states, wrong = 0, {}, 0
    for path in logs:
        expected = [text(json.loads(line)) for line in path.with_suffix(".jsonl").read_text().split("\n") if line]
        lines_found = found(path)
        records += len(lines_found) - 1
        status = json.loads(lines_found[-1])["status"]
        states[status] = states.get(status, 0) + 1
        if lines_found == expected:
            continue
        wrong += 1
        place = next((k for k, (a, b) in enumerate(zip(lines_found, expected)) if a != b), min(len(lines_found), len(expected)))
        print(f"{path.name}: line {place + 1} differs")
        for name, side in (("here", lines_found), ("expected", expected)):
            print(f"  {name}: {side[place] if place < len(side) else '(nothing)'}")
    told = ", ".join(f"{count} {status}" for status, count in sorted(states.items()))
    print(f"{len(logs)} logs ({told}), {records} records, {wrong} differ")
    return 1 if wrong or not logs else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
