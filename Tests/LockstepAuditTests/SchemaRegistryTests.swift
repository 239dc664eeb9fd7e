import LockstepBus
import LockstepSpecimens
import Testing

/// What may change of the fields of a released version, and what may not.
@Suite struct SchemaRegistryTests {
    private typealias Field = RecordSchema.Field

    private static let released: [RecordSchema.Field] = [
        .init("id", .unsigned),
        .init("side", .inMarks(.enumeration([.init(1, "buy"), .init(2, "sell")]), bits: 2)),
        .init("price", .decimal(scale: 2)),
        .init("levels", .list(.row([.init("p", .price), .init("q", .quantity)]))),
    ]

    private func problems(_ fields: [RecordSchema.Field], renames: [String] = []) -> [String] {
        let registry = SchemaListing(
            text: SchemaListing([(9, "fill", RecordSchema(Self.released))]).text)
        return SchemaComparison.problems(
            SchemaListing([(9, "fill", RecordSchema(fields))]), released: registry,
            renames: renames)
    }

    private func changed(_ place: Int, _ field: RecordSchema.Field) -> [RecordSchema.Field] {
        var fields = Self.released
        fields[place] = field
        return fields
    }

    @Test("no released version is broken by the fields of this one")
    func registry() throws {
        let released = try VectorTests.vectors.released()
        #expect(!released.isEmpty)
        let current = SchemaListing(ReleasedLog.topics)
        let renames = try VectorTests.vectors.renames()
        for (version, listing) in released {
            #expect(listing.entries.count > 100)
            let problems = SchemaComparison.problems(current, released: listing, renames: renames)
            #expect(problems == [], "version \(version)")
        }
    }

    @Test("what was registered is read again as it was")
    func roundTrip() {
        let listing = SchemaListing(ReleasedLog.topics)
        #expect(SchemaListing(text: listing.text) == listing)
    }

    @Test("appended fields, cases, bits and declared names are allowed")
    func allowed() {
        #expect(problems(Self.released) == [])
        #expect(problems(Self.released + [.init("more", .marked(.unsigned))]) == [])
        let cases: [RecordSchema.Case] = [.init(1, "buy"), .init(2, "sell"), .init(3, "short")]
        #expect(problems(changed(1, .init("side", .inMarks(.enumeration(cases), bits: 3)))) == [])
        #expect(problems(changed(0, .init("number", .unsigned)), renames: ["9.0 id number"]) == [])
        let wider: [RecordSchema.Field] = [
            .init("p", .price), .init("q", .quantity), .init("n", .unsigned),
        ]
        #expect(problems(changed(3, .init("levels", .list(.row(wider))))) == [])
    }

    @Test("a changed type or scale is refused with the name of the field")
    func types() throws {
        let scale = problems(changed(2, .init("price", .decimal(scale: 3))))
        #expect(
            scale == [
                "fill.price (number 9.2) has type decimal(3), released as decimal(2). "
                    + "Append a field of the new type instead."
            ])
        let inner: [RecordSchema.Field] = [.init("p", .price), .init("q", .integer)]
        let deep = try #require(problems(changed(3, .init("levels", .list(.row(inner))))).first)
        #expect(deep.hasPrefix("fill.levels.q (number 9.3.1) has type i, released as quantity."))
    }

    @Test("an inserted, removed or reused number is refused with the name of the field")
    func numbers() throws {
        var inserted = Self.released
        inserted.insert(.init("extra", .unsigned), at: 0)
        let first = try #require(problems(inserted).first)
        #expect(
            first == "fill.id (number 9.0) has moved to number 9.1, as extra was put in its place. "
                + "Append new fields at the end of their row.")
        let removed = problems(Array(Self.released.dropLast()))
        #expect(removed.first?.hasPrefix("fill.levels (number 9.3) is gone.") == true)
        let reused = problems(changed(0, .init("venue", .unsigned)))
        #expect(reused.count == 1)
        #expect(reused.first?.hasPrefix("fill.id (number 9.0) is now called venue.") == true)
    }

    @Test("a case that is gone or has another meaning is refused")
    func cases() throws {
        let gone = RecordSchema.FieldType.enumeration([.init(1, "buy")])
        #expect(
            problems(changed(1, .init("side", .inMarks(gone, bits: 2)))) == [
                "fill.side (number 9.1): case 2 sell is gone. Old logs hold it: put it back."
            ])
        let swapped = RecordSchema.FieldType.enumeration([.init(2, "buy"), .init(1, "sell")])
        #expect(problems(changed(1, .init("side", .inMarks(swapped, bits: 2)))).count == 2)
    }
}
