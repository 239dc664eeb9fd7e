import LockstepModel
import Testing

@Suite struct ColumnTests {
    /// Notes when it is gone.
    private final class Witness {
        let note: (Int) -> Void
        let number: Int

        init(_ number: Int, _ note: @escaping (Int) -> Void) {
            self.number = number
            self.note = note
        }

        deinit { note(number) }
    }

    @Test func `values stay in their places while a column grows`() {
        var column = Column<Int>()
        for value in 0..<1000 { column.append(value * 3) }
        column[7] += 1
        let values = column.values
        var expected = (0..<1000).map { $0 * 3 }
        expected[7] = 22
        #expect(values == expected)
        let last = column.removeLast()
        let count = column.count
        #expect(last == 2997)
        #expect(count == 999)
    }

    @Test func `a column made of a sequence, and one of the same value, hold them`() {
        let row = Column([4, 5, 6]).values
        let same = Column(repeating: -1, count: 5).values
        #expect(row == [4, 5, 6])
        #expect(same == [-1, -1, -1, -1, -1])
    }

    @Test func `what is removed, and what is left at the end, is let go once`() {
        var gone: [Int] = []
        do {
            var column = Column<Witness>()
            for number in 1...6 { column.append(Witness(number) { gone.append($0) }) }
            _ = column.removeLast()
            #expect(gone == [6])
            column.removeAll()
            #expect(gone == [6, 1, 2, 3, 4, 5])
            column.append(Witness(7) { gone.append($0) })
        }
        #expect(gone == [6, 1, 2, 3, 4, 5, 7])
    }
}
