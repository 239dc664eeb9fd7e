import Testing

@testable import LockstepFiles

@Suite struct JSONTextTests {
    static let value: JSONValue = [
        "b": [1, true, nil, []], "a": ["x": "é\"\\\n\u{01}/", "w": [:]],
    ]

    @Test func `compact text keeps the order given`() {
        #expect(
            Self.value.text()
                == #"{"b":[1,true,null,[]],"a":{"x":"é\"\\\n\u0001/","w":{}}}"#)
    }

    @Test func `sorted keys are in the order of bytes`() {
        #expect(
            Self.value.text(sortedKeys: true)
                == #"{"a":{"w":{},"x":"é\"\\\n\u0001/"},"b":[1,true,null,[]]}"#)
    }

    @Test func `pretty text has a line for each member`() {
        let value: JSONValue = ["a": [1, 2], "b": [:]]
        #expect(
            value.text(pretty: true) == """
                {
                  "a": [
                    1,
                    2
                  ],
                  "b": {}
                }
                """)
    }

    @Test(
        arguments: [
            (0.1, "0.1"), (1, "1.0"), (-0.0, "-0.0"), (1e300, "1e+300"),
            (.leastNonzeroMagnitude, "5e-324"),
            (0.1 + 0.2, "0.30000000000000004"), (.nan, "null"), (.infinity, "null"),
        ])
    func `numbers are the shortest that read back`(number: Double, expected: String) {
        #expect(JSONValue.number(number).text() == expected)
    }

    @Test func `whole numbers keep all digits`() {
        #expect(JSONValue.integer(.min).text() == "-9223372036854775808")
    }
}
