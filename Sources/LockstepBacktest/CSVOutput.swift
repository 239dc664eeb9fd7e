import LockstepFiles

/// A CSV file of a run, written row by row with a small buffer.
struct CSVOutput {
    private let file: File
    private var buffer: [UInt8] = []

    private static let bufferSize = 1 << 16

    /// Creates the file with its header.
    init(creating path: String, columns: [String]) throws(FilesError) {
        file = try File(creating: path)
        buffer.reserveCapacity(Self.bufferSize + 4096)
        row(columns)
    }

    /// Adds a row; text that would act as a formula in a spreadsheet is made harmless.
    mutating func row(_ fields: [String]) {
        for (place, field) in fields.enumerated() {
            if place > 0 { buffer.append(UInt8(ascii: ",")) }
            append(field)
        }
        buffer.append(UInt8(ascii: "\n"))
    }

    /// Writes what has gathered, once it is worth a call.
    mutating func writeIfFull() throws(FilesError) {
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

    private mutating func append(_ field: String) {
        let special = field.utf8.contains {
            $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: "\"") || $0 < 0x20
        }
        guard special else {
            buffer.append(contentsOf: field.utf8)
            return
        }
        buffer.append(UInt8(ascii: "\""))
        for byte in field.utf8 {
            if byte == UInt8(ascii: "\"") { buffer.append(byte) }
            buffer.append(byte)
        }
        buffer.append(UInt8(ascii: "\""))
    }
}
