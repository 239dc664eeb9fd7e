import LockstepReports
import Testing

@Suite struct TextTableTests {
    @Test func `words stand left and figures right`() {
        var table = TextTable([.words("Run"), .figures("Trades"), .words("Note")])
        table.add(["a", "1,234", "x"])
        table.add(["longer", "7"])
        #expect(
            table.lines == [
                "Run     Trades  Note",
                "a        1,234  x",
                "longer       7",
            ])
    }

    @Test func `wide characters take two columns and joined ones one`() {
        var table = TextTable([.words("A"), .words("B")])
        table.add(["東京", "x"])
        table.add(["e\u{301}", "y"])
        #expect(table.lines == ["A     B", "東京  x", "e\u{301}     y"])
    }

    @Test func `cells beyond the columns are left out`() {
        var table = TextTable([.words("A")])
        table.add(["1", "2"])
        #expect(table.lines == ["A", "1"])
    }
}
