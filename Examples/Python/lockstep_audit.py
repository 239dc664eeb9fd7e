"""Reads the audit logs of Lockstep, and believes nothing that it has not checked.

    log = AuditLog("runs/demo-001/one/audit.lka")
    fills = [record for record in log if record.topic == "fill"]
    print(log.status, log.digest)            # known after the last record

Written from Docs/audit-log-format.md; it shares no code with Lockstep.
"""
import contextlib, decimal, hashlib, struct, zstandard
from collections import Counter, namedtuple
from struct import pack, unpack_from

Record = namedtuple("Record", "seq ns topic parent producer fields")
HEAD = struct.Struct("<12sIQIIIIQqqQQ32sIIqII")
Head = namedtuple("Head", "mark flags number raw frame count schemas first least greatest topics salt digest "
                          "previous crc base reserved own")
UNITS = [1, 10**3, 10**6, 10**9, 6 * 10**10, 36 * 10**11, 864 * 10**11]
KINDS, ENDS = "schema symbol configuration stepEnd end recovered", "completed failed cancelled recovered".split()

class NotALog(Exception): """The file is something else, or of a version that is not known."""
class Damage(ValueError): """Something is wrong at one place of a log."""

def need(condition, error=Damage):
    if not condition: raise error

CRC = list(range(256))
for _ in range(8): CRC = [value >> 1 ^ 0x82F63B78 * (value & 1) for value in CRC]
def crc32c(data, crc=0):
    crc ^= 0xFFFFFFFF
    for byte in data: crc = CRC[(crc ^ byte) & 255] ^ crc >> 8
    return crc ^ 0xFFFFFFFF

def wrap(value): return (value + 2**63) % 2**64 - 2**63

class Bytes:
    """Bytes that are read from their beginning."""
    def __init__(self, data, seq=0, time=0): self.data, self.at, self.seq, self.time = data, 0, seq, time

    def u(self, most=2**64 - 1):
        value = shift = 0
        while True:
            byte, self.at = self.data[self.at], self.at + 1
            value |= (byte & 127) << shift
            shift += 7
            need(value <= most and (byte or shift == 7))
            if byte < 128: return value

    def i(self): return (lambda value: value >> 1 ^ -(value & 1))(self.u())

    def span(self):
        first, = self.raw(1)
        unit, zigzag = first & 7, first >> 3 & 15 | (self.u(2**60 - 1) << 4 if first > 127 else 0)
        length = (zigzag >> 1 ^ -(zigzag & 1)) * UNITS[unit]
        need(length == wrap(length) and (first < 128) == (zigzag < 16))
        need(not first or length and (unit == 6 or length % UNITS[unit + 1]))
        return length

    def raw(self, count):
        self.at += count
        need(self.at <= len(self.data))
        return self.data[self.at - count:self.at]

    def text(self): return self.raw(self.u()).decode()
    def many(self, read): return [read() for _ in range(self.u(len(self.data) - self.at))]
    def fields(self, depth=0): return self.many(lambda: (self.text(), self.type(depth)))

    def type(self, depth):
        need(depth < 16)
        kind = self.u(21)
        if kind == 7: return 7, self.u(18)
        if kind == 10: return 10, dict(reversed(self.many(lambda: (self.u(), self.text()))))
        if kind == 16: return 16, self.fields(depth + 1)
        if kind == 17: return 18, [(self.u(255), 1)], self.type(depth + 1)
        if kind == 18: return 18, self.many(lambda: (self.u(255), self.i())), self.type(depth + 1)
        bits = self.u(32) if kind == 20 else 1
        return (kind, self.type(depth + 1), bits) if kind in (14, 15, 20, 21) else (kind,)

PLAIN = {9: lambda r: r.u(1) == 1, 12: Bytes.text, 13: lambda r: r.raw(r.u())}

class Bits(Bytes):
    """A number that stands in the marks of a row."""
    def u(self, most=2**64 - 1): return self.data if self.data <= most else need(False)

def number(kind, value):
    """A number as a value of its type, and as what other fields may count from."""
    need(1 <= kind[0] <= 7)
    if kind[0] == 7: return decimal.Decimal(value).scaleb(-kind[1]), value
    return value % 2**64 if kind[0] in (1, 4) else value, wrap(value)

CONTROL = [
    {"topic": lambda r: r.u(255), "name": Bytes.text, "version": lambda r: r.u(2**32 - 1)},
    {"id": lambda r: r.u(2**32 - 1), "text": Bytes.text}, {"json": Bytes.text}, {},
    {"status": lambda r: ENDS[r.u()], "reason": lambda r: r.text() if r.u(1) else None},
    {"offset": Bytes.u, "reason": Bytes.text}]

class AuditLog:
    """The records of a log, one after another; `status` is known after the last."""
    def __init__(self, path):
        with open(path, "rb") as file: self.data = file.read()
        self.schemas, self.symbols, self.totals, self.sizes = {}, {}, Counter(), Counter()
        self.status = self.end = self.digest = None
        self.at = self.block = self.count = self.time = self.schema_crc = 0
        self.sha, self.copies, self.entries, self.seek = hashlib.sha256(), b"", b"", []

    def __iter__(self):
        data, start = self.data, b"\x50\x2a\x4d\x18    LKA1"
        need(all(a == b for k, (a, b) in enumerate(zip(data, start)) if not 4 <= k < 8), NotALog)
        length = 8 + unpack_from("<I", data, 4)[0] if len(data) >= 12 else 40
        need(40 <= length <= 8 + 2**20, NotALog)
        if len(data) >= length:
            self.previous, = unpack_from("<I", data, length - 4)
            need(crc32c(data[:length - 4]) == self.previous and not data[14], NotALog)
            self.salt, self.at, self.manifest = unpack_from("<Q", data, 16)[0], length, data[24:length - 4].decode()
        while not self.status:
            if self.at and data[self.at:self.at + 4] == b"\x52\x2a\x4d\x18": self.close()
            elif not self.at or len(data) < self.at + 136: self.status = "torn"
            else: yield from self.next_block()

    def head(self, at):
        head = Head(*HEAD.unpack(self.data[at:at + 136].ljust(136)))
        need(head.mark == b"\x51\x2a\x4d\x18\x80\0\0\0LKB1" and head.own == crc32c(self.data[at:at + 132]))
        need((head.flags, head.reserved, head.salt) == (0, 0, self.salt) and max(head.raw, head.frame) <= 2**23 + 2**15)
        return head

    def next_block(self):
        records, end = [], 0
        try:
            head = self.head(self.at)
            need((head.number, head.first) == (self.block, self.count + 1))
            need((head.previous, head.base) == (self.previous, self.time))
            end = self.at + 136 + head.frame
            records = self.check(head, self.data[end - head.frame:end])
        except (ValueError, IndexError, zstandard.ZstdError):
            self.status = self.search() if not end else "torn" if end >= len(self.data) else "corrupt"
        return records

    def search(self):
        """A later block of this file proves that the damage lies in the middle."""
        at = self.at
        while (at := self.data.find(b"\x51\x2a\x4d\x18", at + 1)) >= 0:
            with contextlib.suppress(Damage):
                if self.head(at).number >= self.block: return "corrupt"
        return "torn"

    def check(self, head, frame):
        need(crc32c(frame) == head.crc)
        told = zstandard.get_frame_parameters(frame)
        need((told.content_size, told.dict_id, told.has_checksum) == (head.raw, 0, True))
        raw = zstandard.ZstdDecompressor(max_window_size=2**23).decompress(frame, allow_extra_data=False)
        records, topics, time, block = [], 0, head.base, Bytes(raw)
        while block.at < len(raw):
            begin, seq = block.at, head.first + len(records)
            r = Bytes(block.raw(block.u(2**20)), seq)
            what = r.u(2**33 - 1)
            later, cause = r.span() if what & 1 else 0, r.u()
            topic, r.time, distance = what >> 1, wrap(time + later), cause >> 4
            producer = cause & 15 if cause & 15 < 15 else 15 + r.u(65520)
            need(bool(later) == what & 1 and distance < seq and len(records) < head.count)
            fields, time = self.payload(topic, r, raw[begin:block.at]), r.time
            need(r.at == len(r.data))
            name = self.schemas.get(topic, ["control"])[0]
            records.append(Record(seq, time, name, seq - distance if distance else None, producer, fields))
            topics |= 1 << topic
            self.totals[topic] += 1
            self.sizes[topic] += block.at - begin
        times = [record.ns for record in records]
        self.sha.update(raw)
        need((head.count, head.least, head.greatest, head.topics) == (len(times), min(times), max(times), topics))
        need((head.schemas, head.digest) == (self.schema_crc, self.sha.digest()))
        self.entries += pack("<QQqqQ", self.at, head.first, head.least, head.greatest, topics)
        self.seek.append((136 + head.frame, head.raw))
        self.at, self.block, self.count = self.at + 136 + head.frame, self.block + 1, self.count + head.count
        self.digest, self.previous, self.time = head.digest.hex(), head.own, time
        return records

    def payload(self, topic, r, record):
        need(topic < 63 and (not topic or topic in self.schemas))
        if topic: return self.row(self.schemas[topic][2], r)
        kind = r.u(5)
        fields = {"kind": KINDS.split()[kind]} | {name: read(r) for name, read in CONTROL[kind].items()}
        if kind == 0:
            inner, mark = Bytes(r.raw(r.u())), 0xCBF29CE484222325
            new = fields["name"], fields["version"], inner.fields()
            for byte in new[0].encode() + pack("<xI", new[1]) + inner.data:
                mark = (mark ^ byte) * 0x100000001B3 % 2**64
            need(inner.at == len(inner.data) and r.raw(r.u()) == pack("<Q", mark))
            need(self.schemas.setdefault(fields["topic"], new) == new)
            fields["fields"], self.schema_crc = [name for name, _ in new[2]], crc32c(record, self.schema_crc)
        elif kind == 1: need(self.symbols.setdefault(fields["id"], fields["text"]) == fields["text"])
        if kind < 3 and len(self.copies) + len(record) <= 2**24: self.copies += record
        return fields

    def row(self, fields, r):
        row, bits = [], sum(kind[2] for _, kind in fields if kind[0] > 19)
        marks = r.u() if bits else 0
        need(bits <= 64 and not marks >> bits)
        for name, kind in fields:
            own = marks & (1 << (kind[2] if kind[0] > 19 else 0)) - 1
            marks >>= kind[2] if kind[0] > 19 else 0
            if kind[0] == 20: row.append(self.value(kind[1], Bits(own), row))
            else: row.append(self.marked(kind[1], r, row, own) if kind[0] == 21 else self.value(kind, r, row))
        return {name: value for (name, _), (value, _) in zip(fields, row)}

    def marked(self, kind, r, row, there):
        # A zero is nothing: no difference, the record's time, an empty list, no optional.
        nothing = self.value(kind, Bytes(b"\0", r.seq, r.time), row)
        value = self.value(kind[1] if kind[0] == 14 else kind, r, row) if there else nothing
        need(not there or value != nothing)
        return value

    def value(self, kind, r, row):
        what = kind[0]
        if what == 6: return number(kind, wrap(r.time + r.span()))
        if what < 8: return number(kind, r.u() if what in (1, 4) else r.i())
        if what == 8:
            raw, (value,) = r.data[r.at:r.at + 8], unpack_from("<d", r.raw(8))
            need(value == value or raw == b"\0\0\0\0\0\0\xf8\x7f")
            return value, None
        if what in PLAIN: return PLAIN[what](r), None
        if what == 10: return (lambda case: (kind[1].get(case, case), None))(r.u())
        if what == 11: return (lambda id: (self.symbols.get(id, id), None))(r.u())
        if what == 15: return r.many(lambda: self.value(kind[1], r, [])[0]), None
        if what == 18: return number(kind[2], wrap(sum(row[place][1] * times for place, times in kind[1]) + r.i()))
        if what == 19: return (lambda back: (r.seq - back if back else 0,) * 2)(r.u(r.seq - 1))
        need(what == 16 and kind[1] or what == 14 and kind[1][0] != 14)
        if what == 16: return self.row(kind[1], r), None
        return self.value(kind[1], r, row) if r.u(1) else (None, None)

    def close(self):
        """Index and seek table must be what the blocks give, byte for byte."""
        end = self.data[self.at + 56:self.at + 57]
        body = pack("<Q32sQ1sI", self.block, self.sha.digest(), self.count, end, self.block) + self.entries
        totals = [pack("<IQQ", topic, count, self.sizes[topic]) for topic, count in sorted(self.totals.items())]
        body += pack("<I", len(totals)) + b"".join(totals) + pack("<I", len(self.copies)) + self.copies
        frame = pack("<II", 0x184D2A52, len(body) + 4) + body
        frame += pack("<I", crc32c(frame))
        (first, raw), *others = self.seek + [(len(frame), 0)]
        sizes = [(first + 8 + unpack_from("<I", self.data, 4)[0], raw), *others]
        table = b"".join(pack("<II", *size) for size in sizes) + pack("<IBI", len(sizes), 0, 0x8F92EAB1)
        closed = self.data[self.at:] == frame + pack("<II", 0x184D2A5E, len(table)) + table and end < b"\4"
        if closed: self.end, self.digest = ENDS[end[0]], self.sha.hexdigest()
        self.status = "closed" if closed else self.search()
