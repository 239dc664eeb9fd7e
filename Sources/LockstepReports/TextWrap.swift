/// Text broken to lines that fit.
enum TextWrap {
    /// Parts put one after another behind a label; further lines are indented as deep as it.
    ///
    /// - Parameters:
    ///   - label: What stands before the first line, with the space behind it.
    ///   - parts: What is never broken apart, unless it alone is wider than a line.
    ///   - separator: What stands between two parts on one line.
    ///   - width: The most columns of a line.
    ///   - limit: The most lines; what does not fit is told by `…`.
    /// - Returns: The lines; none without parts.
    static func lines(
        _ label: String, _ parts: [String], separator: String, width: Int, limit: Int
    ) -> [String] {
        let indent = String(repeating: " ", count: DisplayWidth.columns(label))
        var lines: [String] = []
        var line = ""
        for part in parts {
            let longer = line.isEmpty ? label + part : line + separator + part
            if line.isEmpty || DisplayWidth.columns(longer) <= width {
                line = longer
                continue
            }
            if lines.count + 1 == limit {
                return lines + [DisplayWidth.clipped(longer + separator, to: width)]
            }
            lines.append(DisplayWidth.clipped(line, to: width))
            line = indent + part
        }
        return line.isEmpty ? lines : lines + [DisplayWidth.clipped(line, to: width)]
    }

    /// A sentence broken between its words.
    static func sentence(_ text: String, width: Int, limit: Int) -> [String] {
        lines(
            "", text.split(whereSeparator: \.isWhitespace).map(String.init), separator: " ",
            width: width, limit: limit)
    }
}
