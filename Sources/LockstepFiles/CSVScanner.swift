/// Splits bytes into records and fields (RFC 4180) within bounded memory.
///
/// A field is a range of the buffer; nothing is allocated per record once the buffer and the list of
/// fields have grown to what the file needs.
struct CSVScanner: ~Copyable {
    /// The most bytes a record may have.
    static let recordLimit = 1 << 20

    private struct Field {
        var start: Int
        var end: Int
        var hasDoubledQuotes: Bool
    }

    private enum Step {
        case record(next: Int, newlines: Int)
        case more
    }

    private let name: String
    private let file: File?
    private let chunk: Int
    private var buffer: [UInt8]
    private var start = 0
    private var end = 0
    private var isComplete: Bool
    private var fields: [Field] = []
    private var nextLine = 1

    /// How many fields the record has.
    private(set) var count = 0

    /// The line the record begins on, from 1.
    private(set) var line = 0

    init(name: String, file: File?, bytes: [UInt8], chunk: Int) {
        self.name = name
        self.file = file
        self.chunk = chunk
        buffer = bytes
        end = bytes.count
        isComplete = file == nil
    }

    /// Skips the mark some programs put before UTF-8 text.
    mutating func skipByteOrderMark() throws(FilesError) {
        while end - start < 3, !isComplete { try refill() }
        if end - start >= 3, buffer[start] == 0xEF, buffer[start + 1] == 0xBB,
            buffer[start + 2] == 0xBF
        {
            start += 3
        }
    }

    /// Goes to the next record; false at the end of the file.
    mutating func next() throws(FilesError) -> Bool {
        while true {
            if start == end {
                if isComplete { return false }
                try refill()
                continue
            }
            switch try split() {
            case .more:
                if end - start > Self.recordLimit { throw tooLong() }
                try refill()
            case .record(let next, let newlines):
                if next - start > Self.recordLimit { throw tooLong() }
                line = nextLine
                nextLine += newlines
                start = next
                return true
            }
        }
    }

    /// The bytes of a field, for the time of a call.
    func withField<Result, Failure: Error>(
        _ index: Int, _ body: (Span<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        precondition(index < count)
        let field = fields[index]
        return try body(buffer.span.extracting(field.start..<field.end))
    }

    func text(_ index: Int) -> String {
        precondition(index < count)
        return String(decoding: buffer[fields[index].start..<fields[index].end], as: UTF8.self)
    }

    private func tooLong() -> FilesError {
        .csv(file: name, line: nextLine, column: nil, .lineTooLong(limit: Self.recordLimit))
    }

    private mutating func refill() throws(FilesError) {
        guard let file, !isComplete else { return }
        if start > 0 {
            // What is left of the record begun moves to the front: at most one per chunk.
            let (first, count) = (start, end - start)
            var bytes = buffer.mutableSpan
            for index in 0..<count { bytes[index] = bytes[first + index] }
            end = count
            start = 0
        }
        buffer.lengthen(to: end + chunk)
        let count = try file.read(into: &buffer, end..<end + chunk)
        end += count
        if count == 0 { isComplete = true }
    }

    private mutating func split() throws(FilesError) -> Step {
        var at = start
        var fieldStart = start
        var found = 0
        var newlines = 1
        var lineStart = start
        var seen: UInt8 = 0
        var hasDoubledQuotes = false
        let limit = end
        while true {
            if at == limit {
                guard isComplete else { return .more }
                // The last line may lack its line break.
                add(&found, fieldStart, at, false)
                break
            }
            let byte = buffer[at]
            seen |= byte
            // All bytes that mean something lie at or below the comma.
            if byte > UInt8(ascii: ",") {
                at += 1
                continue
            }
            switch byte {
            case UInt8(ascii: ","):
                add(&found, fieldStart, at, false)
                at += 1
                fieldStart = at
            case UInt8(ascii: "\n"):
                add(&found, fieldStart, at, false)
                at += 1
                return try finish(found, at, newlines, seen, hasDoubledQuotes)
            case UInt8(ascii: "\r"):
                if at + 1 == limit, !isComplete { return .more }
                guard at + 1 < limit, buffer[at + 1] == UInt8(ascii: "\n") else {
                    throw fault(.bareCarriageReturn, newlines, at - lineStart)
                }
                add(&found, fieldStart, at, false)
                at += 2
                return try finish(found, at, newlines, seen, hasDoubledQuotes)
            case UInt8(ascii: "\""):
                if at != fieldStart { throw fault(.strayQuote, newlines, at - lineStart) }
                let opened = (newlines, at - lineStart)
                var doubled = false
                at += 1
                while true {
                    if at == limit {
                        guard isComplete else { return .more }
                        throw fault(.unterminatedQuote, opened.0, opened.1)
                    }
                    let inner = buffer[at]
                    seen |= inner
                    at += 1
                    if inner == UInt8(ascii: "\"") {
                        if at == limit, !isComplete { return .more }
                        guard at < limit, buffer[at] == UInt8(ascii: "\"") else { break }
                        doubled = true
                        at += 1
                    } else if inner == UInt8(ascii: "\n") {
                        newlines += 1
                        lineStart = at
                    } else if inner == 0 {
                        throw fault(.nulByte, newlines, at - 1 - lineStart)
                    }
                }
                add(&found, fieldStart + 1, at - 1, doubled)
                hasDoubledQuotes = hasDoubledQuotes || doubled
                // Only a comma or the end of the record may follow.
                if at == limit {
                    guard isComplete else { return .more }
                    return try finish(found, at, newlines, seen, hasDoubledQuotes)
                }
                switch buffer[at] {
                case UInt8(ascii: ","):
                    at += 1
                    fieldStart = at
                case UInt8(ascii: "\n"):
                    return try finish(found, at + 1, newlines, seen, hasDoubledQuotes)
                case UInt8(ascii: "\r"):
                    if at + 1 == limit, !isComplete { return .more }
                    guard at + 1 < limit, buffer[at + 1] == UInt8(ascii: "\n") else {
                        throw fault(.bareCarriageReturn, newlines, at - lineStart)
                    }
                    return try finish(found, at + 2, newlines, seen, hasDoubledQuotes)
                default: throw fault(.strayQuote, newlines, at - lineStart)
                }
            case 0: throw fault(.nulByte, newlines, at - lineStart)
            default: at += 1
            }
        }
        return try finish(found, at, newlines, seen, hasDoubledQuotes)
    }

    private mutating func add(_ found: inout Int, _ start: Int, _ end: Int, _ doubled: Bool) {
        let field = Field(start: start, end: end, hasDoubledQuotes: doubled)
        if found < fields.count { fields[found] = field } else { fields.append(field) }
        found += 1
    }

    private mutating func finish(
        _ found: Int, _ next: Int, _ newlines: Int, _ seen: UInt8, _ hasDoubledQuotes: Bool
    ) throws(FilesError) -> Step {
        if seen >= 0x80 { try checkText(upTo: next) }
        if hasDoubledQuotes { for index in 0..<found { dropDoubledQuotes(index) } }
        count = found
        return .record(next: next, newlines: newlines)
    }

    /// Writes each pair of quotes as one, in place.
    private mutating func dropDoubledQuotes(_ index: Int) {
        let field = fields[index]
        guard field.hasDoubledQuotes else { return }
        var target = field.start
        var at = field.start
        while at < field.end {
            let byte = buffer[at]
            buffer[target] = byte
            target += 1
            at += byte == UInt8(ascii: "\"") ? 2 : 1
        }
        fields[index].end = target
    }

    private func checkText(upTo next: Int) throws(FilesError) {
        guard let bad = firstBadUTF8(buffer.span.extracting(start..<next)) else { return }
        var newlines = 1
        var lineStart = start
        for index in start..<start + bad where buffer[index] == UInt8(ascii: "\n") {
            newlines += 1
            lineStart = index + 1
        }
        throw fault(.notUTF8, newlines, start + bad - lineStart)
    }

    private func fault(_ fault: CSVFault, _ newlines: Int, _ offset: Int) -> FilesError {
        .csv(file: name, line: nextLine + newlines - 1, column: offset + 1, fault)
    }
}

/// The offset of the first byte that does not belong to well-formed UTF-8, if there is one.
func firstBadUTF8(_ bytes: Span<UInt8>) -> Int? {
    var at = 0
    while at < bytes.count {
        let lead = bytes[at]
        if lead < 0x80 {
            at += 1
            continue
        }
        // The second byte has a narrower range after four of the leading ones (RFC 3629).
        let (length, second): (Int, ClosedRange<UInt8>)
        switch lead {
        case 0xC2...0xDF: (length, second) = (2, 0x80...0xBF)
        case 0xE0: (length, second) = (3, 0xA0...0xBF)
        case 0xED: (length, second) = (3, 0x80...0x9F)
        case 0xE1...0xEF: (length, second) = (3, 0x80...0xBF)
        case 0xF0: (length, second) = (4, 0x90...0xBF)
        case 0xF1...0xF3: (length, second) = (4, 0x80...0xBF)
        case 0xF4: (length, second) = (4, 0x80...0x8F)
        default: return at
        }
        guard at + length <= bytes.count, second.contains(bytes[at + 1]) else { return at }
        for index in at + 2..<at + length where bytes[index] & 0xC0 != 0x80 { return at }
        at += length
    }
    return nil
}
