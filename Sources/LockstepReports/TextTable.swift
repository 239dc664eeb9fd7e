/// Rows of text in aligned columns, two spaces apart.
public struct TextTable: Hashable, Sendable {
    /// On which side of its column a text stands.
    public enum Alignment: Hashable, Sendable {
        /// Words.
        case left
        /// Figures.
        case right
    }

    /// A column: its title and the side its texts stand on.
    public struct Column: Hashable, Sendable {
        /// The title.
        public let title: String
        /// The side.
        public let alignment: Alignment

        /// A column of words.
        ///
        /// - Parameter title: The title.
        /// - Returns: The column.
        public static func words(_ title: String) -> Self { Self(title: title, alignment: .left) }

        /// A column of figures.
        ///
        /// - Parameter title: The title.
        /// - Returns: The column.
        public static func figures(_ title: String) -> Self {
            Self(title: title, alignment: .right)
        }
    }

    /// The columns.
    public let columns: [Column]
    /// The rows, each with one text per column.
    public private(set) var rows: [[String]] = []

    /// Makes a table without rows.
    ///
    /// - Parameter columns: The columns.
    public init(_ columns: [Column]) { self.columns = columns }

    /// Adds a row.
    ///
    /// - Parameter cells: One text per column, without line breaks; missing ones are empty and
    ///   further ones are left out.
    public mutating func add(_ cells: [String]) {
        let missing = max(0, columns.count - cells.count)
        rows.append(Array(cells.prefix(columns.count)) + Array(repeating: "", count: missing))
    }

    /// The titles and the rows as lines without spaces at their ends.
    public var lines: [String] {
        let all = [columns.map(\.title)] + rows
        let widths = columns.indices.map { column in
            all.map { DisplayWidth.columns($0[column]) }.max() ?? 0
        }
        return all.map { line($0, widths) }
    }

    private func line(_ cells: [String], _ widths: [Int]) -> String {
        var text = ""
        for (place, cell) in cells.enumerated() {
            if place > 0 { text += "  " }
            let padding = String(
                repeating: " ", count: widths[place] - DisplayWidth.columns(cell))
            text += columns[place].alignment == .left ? cell + padding : padding + cell
        }
        while text.last == " " { text.removeLast() }
        return text
    }
}
