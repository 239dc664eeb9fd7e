package import LockstepFiles

/// Text from a log made harmless for a terminal, a table and a JSON document.
///
/// A log may carry hostile strings: control characters and those that turn the direction of
/// writing are never put out as they are.
enum AuditEscaping {
    /// Whether a character steers a terminal or the order of what is shown.
    static func isHazard(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0...0x1F, 0x7F...0x9F: true
        // Marks and overrides of direction, separators of lines, marks that are not seen.
        case 0x061C, 0x200B...0x200F, 0x2028...0x202E, 0x2060...0x206F, 0xFEFF: true
        // Annotations, and the tags that once named languages.
        case 0xFFF9...0xFFFB, 0xE0000...0xE007F: true
        default: false
        }
    }

    /// A text in quotation marks, with `\u{…}` for what must not be shown.
    static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            default: append(scalar, to: &result)
            }
        }
        return result + "\""
    }

    /// A name as it is, where it is plain, else in quotation marks.
    static func name(_ text: String) -> String {
        let isPlain =
            !text.isEmpty
            && text.utf8.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
                case UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: ":"), UInt8(ascii: "/"),
                    UInt8(ascii: "-"):
                    true
                default: false
                }
            }
        return isPlain ? text : quoted(text)
    }

    /// A JSON document in which no hazard is left; they can only stand in its strings.
    ///
    /// - Parameters:
    ///   - document: The document.
    ///   - keepsLines: Whether it has breaks of lines between its members, which stay.
    /// - Returns: The same document.
    static func json(_ document: String, keepsLines: Bool = false) -> String {
        guard document.unicodeScalars.contains(where: isHazard) else { return document }
        var result = ""
        for scalar in document.unicodeScalars {
            if isHazard(scalar), !keepsLines || scalar != "\n" {
                for unit in String(scalar).utf16 { result += "\\u" + hex(UInt32(unit), 4) }
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// A cell of a CSV table (RFC 4180).
    ///
    /// - Parameters:
    ///   - text: What it says.
    ///   - isText: Whether it came from text, which a spreadsheet might take for a formula: then
    ///     an apostrophe is put in front of `=`, `+`, `-` and `@`.
    /// - Returns: The cell, in quotation marks where it needs them.
    static func cell(_ text: String, isText: Bool) -> String {
        var content = ""
        if isText, let first = text.unicodeScalars.first, "=+-@".unicodeScalars.contains(first) {
            content = "'"
        }
        for scalar in text.unicodeScalars { append(scalar, to: &content) }
        guard content.utf8.contains(where: { $0 == 0x22 || $0 == 0x2C }) else { return content }
        return "\""
            + content.split(separator: "\"", omittingEmptySubsequences: false)
            .joined(separator: "\"\"") + "\""
    }

    private static func append(_ scalar: Unicode.Scalar, to text: inout String) {
        if isHazard(scalar) {
            text += "\\u{" + hex(scalar.value, 1) + "}"
        } else {
            text.unicodeScalars.append(scalar)
        }
    }

    private static func hex(_ value: UInt32, _ width: Int) -> String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }
}

extension JSONValue {
    /// The document in lines of its own for members and elements, without hazards for a terminal.
    package var harmlessText: String { AuditEscaping.json(text(pretty: true), keepsLines: true) }
}
