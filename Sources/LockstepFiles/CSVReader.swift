/// Reads a CSV file record by record, in bounded memory.
///
/// The first record is the header. Fields are read in place, without a string for each. Lines end
/// with LF or CR LF; a byte order mark at the beginning is skipped; quotes are as in RFC 4180. A
/// reader serves one thread.
package final class CSVReader {
    /// The path of the file, or the name given, for messages.
    package let name: String

    /// The names of the columns, in the order of the file.
    package let header: [String]

    private var scanner: CSVScanner

    /// Opens a file and reads its header.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - chunk: How many bytes are read at once, 64 KiB to 1 MiB in practice.
    /// - Throws: ``FilesError/csv(file:line:column:_:)`` and errors of the system.
    package convenience init(path: String, chunk: Int = 1 << 18) throws(FilesError) {
        let file = try File(reading: path)
        try self.init(
            scanner: CSVScanner(name: path, file: file, bytes: [], chunk: max(1, chunk)),
            name: path)
    }

    /// Reads text that is in memory already.
    package convenience init(text: String, name: String) throws(FilesError) {
        try self.init(bytes: Array(text.utf8), name: name)
    }

    /// Reads bytes that are in memory already.
    package convenience init(bytes: [UInt8], name: String) throws(FilesError) {
        try self.init(
            scanner: CSVScanner(name: name, file: nil, bytes: bytes, chunk: 1), name: name)
    }

    private init(scanner: consuming CSVScanner, name: String) throws(FilesError) {
        self.name = name
        try scanner.skipByteOrderMark()
        guard try scanner.next() else {
            throw .csv(file: name, line: 1, column: nil, .emptyFile)
        }
        var names: [String] = []
        for index in 0..<scanner.count { names.append(scanner.text(index)) }
        header = names
        var known: Set<String> = []
        for column in names where !known.insert(column).inserted {
            throw .csv(
                file: name, line: scanner.line, column: nil, .duplicateColumn(name: column))
        }
        self.scanner = scanner
    }

    /// The line the current record begins on, from 1.
    package var line: Int { scanner.line }

    /// The number of a column, from 0, by its exact name.
    package func column(_ named: String) throws(FilesError) -> Int {
        guard let index = header.firstIndex(of: named) else {
            throw .csv(
                file: name, line: 1, column: nil, .missingColumn(name: named, found: header))
        }
        return index
    }

    /// Goes to the next record, which then has a field for every column.
    ///
    /// - Returns: False at the end of the file.
    /// - Throws: ``FilesError/csv(file:line:column:_:)`` and errors of the system; the reader is not
    ///   to be used after that.
    package func next() throws(FilesError) -> Bool {
        guard try scanner.next() else { return false }
        if scanner.count != header.count {
            throw .csv(
                file: name, line: line, column: nil,
                .columnCount(found: scanner.count, expected: header.count))
        }
        return true
    }

    /// Lends the bytes of a field of the current record, without quotes.
    package func withField<Result, Failure: Error>(
        _ column: Int, _ body: (Span<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try scanner.withField(column, body)
    }

    /// A field of the current record as a string.
    package func text(_ column: Int) -> String { scanner.text(column) }

    /// Whether a field of the current record has no characters.
    package func isEmpty(_ column: Int) -> Bool { scanner.withField(column) { $0.isEmpty } }

    /// A field of the current record as an exact decimal number.
    package func decimal(_ column: Int) throws(FilesError) -> DecimalText {
        do throws(FieldFault) {
            return try scanner.withField(column) { bytes throws(FieldFault) in
                try DecimalText(bytes)
            }
        } catch {
            throw failure(column, error)
        }
    }

    /// A field of the current record as a whole number.
    package func integer(_ column: Int) throws(FilesError) -> Int64 {
        do throws(FieldFault) {
            return try scanner.withField(column) { bytes throws(FieldFault) in
                try wholeNumber(bytes)
            }
        } catch {
            throw failure(column, error)
        }
    }

    /// A field of the current record as nanoseconds since 1970 UTC.
    package func instant(_ column: Int, _ format: TimeFormat) throws(FilesError) -> Int64 {
        do throws(FieldFault) {
            return try scanner.withField(column) { bytes throws(FieldFault) in
                try format.nanoseconds(bytes)
            }
        } catch {
            throw failure(column, error)
        }
    }

    /// The error for a field of the current record.
    package func failure(_ column: Int, _ fault: FieldFault) -> FilesError {
        // Long fields are cut: the place is told anyway.
        .csvField(
            file: name, line: line, name: header[column], text: String(text(column).prefix(40)),
            fault)
    }
}
