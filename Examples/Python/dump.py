"""Prints logs as `lockstep dump --format jsonl` does, and last the state of each.

usage: python3 dump.py LOG...
"""
import datetime
import decimal
import json
import sys

from lockstep_audit import AuditLog, NotALog


def plain(value):
    """A value as JSON has it: numbers that others would round are text."""
    if isinstance(value, dict):
        return {name: plain(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [plain(inner) for inner in value]
    if isinstance(value, bytes):
        return "0x" + value.hex()
    if isinstance(value, decimal.Decimal):
        return format(value.normalize(), "f") if value else "0"
    if isinstance(value, float) and (value != value or value in (float("inf"), float("-inf"))):
        return repr(value)
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) > 2**53:
        return str(value)
    return value


def instant(nanoseconds):
    """A time as ISO 8601 has it, with as many digits as it needs."""
    seconds, rest = divmod(nanoseconds, 10**9)
    text = (datetime.datetime(1970, 1, 1) + datetime.timedelta(seconds=seconds)).isoformat()
    digits = "%09d" % rest
    while digits.endswith("000"):
        digits = digits[:-3]
    return text + ("." + digits if digits else "") + "Z"


def lines(path):
    """Each record of a log as a dictionary, and last the state."""
    log, count = AuditLog(path), 0
    for record in log:
        count += 1
        yield {
            "seq": plain(record.seq), "t": instant(record.ns), "ns": plain(record.ns), "topic": record.topic,
            "parent": plain(record.parent), "producer": record.producer, "fields": plain(record.fields),
        }
    if log.status == "closed":
        state = {"status": "closed", "end": log.end}
    else:
        state = {"status": log.status, "at": log.at, "block": log.block}
    yield state | {"records": count, "digest": log.digest}


def main(paths):
    for path in paths:
        try:
            for line in lines(path):
                print(json.dumps(line, ensure_ascii=True))
        except NotALog:
            print(json.dumps({"status": "no log"}))


if __name__ == "__main__":
    main(sys.argv[1:])
