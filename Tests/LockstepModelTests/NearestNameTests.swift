import LockstepModel
import Testing

@Suite struct NearestNameTests {
    @Test(
        arguments: [
            ("opne", "open"), ("closee", "close"), ("vloume", "volume"), ("Open", "open"),
            ("max_notoinal", "max_notional"), ("xyz", nil), ("", nil), ("zz", nil),
        ] as [(String, String?)])
    func `the nearest name within a third of its length`(typed: String, expected: String?) {
        let known = ["open", "high", "low", "close", "volume", "max_notional"]
        #expect(NearestName.of(typed, among: known) == expected)
    }

    @Test(
        arguments: [
            ("", "", 0), ("a", "", 1), ("kitten", "sitting", 3), ("ab", "ba", 1), ("ca", "abc", 3),
        ])
    func `distances by hand`(left: String, right: String, expected: Int) {
        #expect(NearestName.distance(Array(left), Array(right)) == expected)
    }

    @Test func `of equally near names the first is told`() {
        #expect(NearestName.of("ab", among: ["ac", "ad"]) == "ac")
    }
}
