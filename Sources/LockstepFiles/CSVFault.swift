import LockstepModel

/// What is wrong with the form of a CSV file.
public enum CSVFault: Hashable, Sendable {
    /// There is not even a header.
    case emptyFile
    /// A row has more or fewer fields than the header.
    case columnCount(found: Int, expected: Int)
    /// A row is longer than can be meant.
    case lineTooLong(limit: Int)
    /// Bytes that are no UTF-8.
    case notUTF8
    /// A byte of value zero.
    case nulByte
    /// A carriage return without a line feed after it.
    case bareCarriageReturn
    /// A quote that is never closed.
    case unterminatedQuote
    /// A quote inside a field without quotes, or text after the closing one.
    case strayQuote
    /// The header lacks a column that is needed.
    case missingColumn(name: String, found: [String])
    /// The header has a name twice.
    case duplicateColumn(name: String)
}

extension CSVFault: CustomStringConvertible {
    public var description: String {
        switch self {
        case .emptyFile: return "The file is empty. It needs a header line and rows below it."
        case .columnCount(let found, let expected):
            return "This row has \(found) column\(found == 1 ? "" : "s"), the header \(expected). "
                + "Complete the row or remove it."
        case .lineTooLong(let limit):
            return "This line has more than \(limit) bytes. "
                + "Check that the file is CSV, and that every quote is closed."
        case .notUTF8:
            return "The text is not UTF-8. Convert the file, for example with "
                + "iconv -f LATIN1 -t UTF-8."
        case .nulByte:
            return "There is a NUL byte. The file is not text, or it is UTF-16: "
                + "convert it with iconv -f UTF-16 -t UTF-8."
        case .bareCarriageReturn:
            return "A carriage return stands alone. End lines with LF or CR LF."
        case .unterminatedQuote:
            return "A quoted field is not closed before the end of the file. Add the quote."
        case .strayQuote:
            return "A quote stands where none may be. Quote the whole field, and double the quotes "
                + "inside it."
        case .missingColumn(let name, let found):
            return "There is no column \"\(name)\"; found are "
                + found.map { "\"\($0)\"" }.joined(separator: ", ") + "."
                + NearestName.suggestion(for: name, among: found)
                + (Self.isSplitOtherwise(found)
                    ? " Separate the columns by commas, and write decimals with a point."
                    : " Correct the header, or name the column in the configuration.")
        case .duplicateColumn(let name):
            return "The column \"\(name)\" is there twice. Rename one of them."
        }
    }

    /// Whether a header is one column with the separators of another dialect in it.
    private static func isSplitOtherwise(_ header: [String]) -> Bool {
        header.count == 1 && header[0].contains { $0 == ";" || $0 == "\t" || $0 == "|" }
    }
}
