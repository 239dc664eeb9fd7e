import LockstepFiles
import LockstepModel

/// A CSV file of a run, written field by field into a small buffer; a row allocates nothing.
struct CSVOutput {
    private let file: File
    private var buffer: [UInt8] = []
    private var isRowEmpty = true
    private var day = CivilDay()

    private static let bufferSize = 1 << 16

    /// Creates the file with its header.
    init(creating path: String, columns: [String]) throws(FilesError) {
        file = try File(creating: path)
        buffer.reserveCapacity(Self.bufferSize + 4096)
        for column in columns { text(column) }
        try endRow()
    }

    /// Adds a text; one that a spreadsheet would take for a formula gets an apostrophe in front.
    mutating func text(_ text: String) {
        separate()
        let isSpecial = text.utf8.contains {
            $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: "\"") || $0 < 0x20
        }
        if isSpecial { buffer.append(UInt8(ascii: "\"")) }
        if let first = text.first, "=+-@".contains(first) { buffer.append(UInt8(ascii: "'")) }
        for byte in text.utf8 {
            if byte == UInt8(ascii: "\"") { buffer.append(byte) }
            buffer.append(byte)
        }
        if isSpecial { buffer.append(UInt8(ascii: "\"")) }
    }

    /// Adds a number as it is written; a sign in front makes no formula of it.
    mutating func decimal(_ text: String) {
        separate()
        buffer.append(contentsOf: text.utf8)
    }

    /// Adds a ratio, as the shortest text that reads back the same.
    mutating func ratio(_ value: Double) {
        separate()
        buffer.append(contentsOf: value.description.utf8)
    }

    /// Adds a whole number.
    mutating func number(_ value: UInt64) {
        separate()
        digits(value, atLeast: 1)
    }

    /// Adds an amount of money with all decimals of its currency.
    mutating func money(_ amount: Money, _ currency: Currency) {
        separate()
        if amount.units < 0 { buffer.append(UInt8(ascii: "-")) }
        let scale = currency.decimals
        var (whole, fraction, unit) = (amount.units.magnitude, UInt64(0), UInt64(1))
        for _ in 0..<scale { unit *= 10 }
        (whole, fraction) = whole.quotientAndRemainder(dividingBy: unit)
        digits(whole, atLeast: 1)
        if scale > 0 {
            buffer.append(UInt8(ascii: "."))
            digits(fraction, atLeast: Int(scale))
        }
    }

    /// Adds an instant as ISO 8601 in UTC, with 3, 6 or 9 digits of fraction where it has one.
    mutating func time(_ time: Timestamp) {
        separate()
        let number = time.day
        if number != day.number { day = CivilDay(number) }
        buffer.append(contentsOf: day.text)
        let rest = UInt64(bitPattern: time.nanoseconds &- number &* Timestamp.nanosecondsPerDay)
        let seconds = rest / 1_000_000_000
        buffer.append(UInt8(ascii: "T"))
        digits(seconds / 3600, atLeast: 2)
        buffer.append(UInt8(ascii: ":"))
        digits(seconds / 60 % 60, atLeast: 2)
        buffer.append(UInt8(ascii: ":"))
        digits(seconds % 60, atLeast: 2)
        var fraction = rest % 1_000_000_000
        if fraction != 0 {
            var width = 9
            while fraction % 1000 == 0 { (fraction, width) = (fraction / 1000, width - 3) }
            buffer.append(UInt8(ascii: "."))
            digits(fraction, atLeast: width)
        }
        buffer.append(UInt8(ascii: "Z"))
    }

    /// Ends the row, and writes what has gathered once it is worth a call.
    mutating func endRow() throws(FilesError) {
        buffer.append(UInt8(ascii: "\n"))
        isRowEmpty = true
        if buffer.count >= Self.bufferSize { try flush() }
    }

    /// Writes the rest and closes the file.
    mutating func close() throws(FilesError) {
        try flush()
        try file.close()
    }

    private mutating func flush() throws(FilesError) {
        try file.write(buffer)
        buffer.removeAll(keepingCapacity: true)
    }

    private mutating func separate() {
        if !isRowEmpty { buffer.append(UInt8(ascii: ",")) }
        isRowEmpty = false
    }

    private mutating func digits(_ value: UInt64, atLeast width: Int) {
        let end = buffer.count
        var (value, count) = (value, 0)
        while value > 0 || count < width {
            buffer.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: value % 10))
            (value, count) = (value / 10, count + 1)
        }
        buffer[end...].reverse()
    }
}

/// The date of the rows written last, as text.
private struct CivilDay {
    var number = Int64.min
    var text: [UInt8] = []

    init() {}

    init(_ number: Int64) {
        self.number = number
        text = Array(CivilDate(daysSince1970: number).description.utf8)
    }
}
