/// The marks of a row, taken bit by bit from the lowest up.
package struct RecordMarks {
    private var rest: UInt64

    /// Begins with all marks of a row.
    package init(_ marks: UInt64) { rest = marks }

    /// Takes so many bits, at most 32.
    package mutating func bits(_ count: UInt8) -> UInt64 {
        let taken = rest & ((1 << UInt64(min(count, 32))) - 1)
        rest >>= UInt64(min(count, 32))
        return taken
    }

    /// Takes a bit.
    package mutating func flag() -> Bool { bits(1) == 1 }

    /// Checks that every bit was taken.
    ///
    /// - Throws: ``RecordError/outOfRange(field:)`` when one is left.
    package func expectEnd() throws(RecordError) {
        guard rest == 0 else { throw .outOfRange(field: "marks") }
    }
}

extension RecordReader {
    /// Reads the marks of a row.
    package mutating func marks() throws(RecordError) -> RecordMarks {
        RecordMarks(try unsigned())
    }

    /// Refuses what a mark announced although it says nothing, so that there is one way to write it.
    ///
    /// - Parameter isNothing: Whether it might as well not be there.
    /// - Throws: ``RecordError/outOfRange(field:)``.
    package func expectSomething(_ isNothing: Bool) throws(RecordError) {
        if isNothing { throw .outOfRange(field: "marks") }
    }
}
