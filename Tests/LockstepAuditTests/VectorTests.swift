import Foundation
import LockstepAudit
import LockstepBus
import LockstepSpecimens
import Testing

/// The files in the repository: what this version writes, and what every released one wrote.
@Suite struct VectorTests {
    static let vectors = Vectors(
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Vectors/audit").path)

    private static let advice: Comment = """
        Where the format was changed on purpose and before a release, make vectors writes the \
        files anew; look at the difference.
        """

    @Test("every file is read as what is written beside it")
    func stored() throws {
        let names = try Self.vectors.names()
        #expect(names.count > 20)
        #expect(names.contains("release-1"))
        for name in names {
            let transcript = try SpecimenBank.transcript(try Self.vectors.log(name))
            #expect(transcript == (try Self.vectors.transcript(name)), "\(name)")
        }
    }

    @Test("what is written today has the digest of the file")
    func current() throws {
        for specimen in SpecimenBank.all + [ReleasedLog.specimen] {
            let today = try AuditVerifier.verify(bytes: try specimen.bytes())
            let stored = try AuditVerifier.verify(bytes: try Self.vectors.log(specimen.name))
            #expect(today.digest == stored.digest, "\(specimen.name): \(Self.advice)")
        }
    }

    @Test("the specimens show every type of field and every control record")
    func complete() throws {
        var types: Set<Int> = []
        var kinds: Set<String> = []
        func take(_ type: RecordSchema.FieldType) {
            switch type {
            case .unsigned: types.insert(1)
            case .integer: types.insert(2)
            case .price: types.insert(3)
            case .quantity: types.insert(4)
            case .money: types.insert(5)
            case .time: types.insert(6)
            case .decimal: types.insert(7)
            case .float64: types.insert(8)
            case .boolean: types.insert(9)
            case .enumeration: types.insert(10)
            case .symbol: types.insert(11)
            case .string: types.insert(12)
            case .bytes: types.insert(13)
            case .optional(let inner):
                types.insert(14)
                take(inner)
            case .list(let inner):
                types.insert(15)
                take(inner)
            case .row(let fields):
                types.insert(16)
                for field in fields { take(field.type) }
            case .relative(let inner, _):
                types.insert(17)
                take(inner)
            case .combined(let inner, _):
                types.insert(18)
                take(inner)
            case .record: types.insert(19)
            case .inMarks(let inner, _):
                types.insert(20)
                take(inner)
            case .marked(let inner):
                types.insert(21)
                take(inner)
            }
        }
        for specimen in SpecimenBank.all {
            let reader = try AuditLogReader(bytes: try specimen.bytes())
            while let record = try reader.next() {
                guard record.topic == 0, let kind = try reader.decoder.decode(record)["kind"],
                    case .enumeration(_, let name?) = kind
                else { continue }
                kinds.insert(name)
            }
            for topic in reader.decoder.schemas where specimen.name != "control" {
                for field in topic.schema.fields { take(field.type) }
            }
        }
        #expect(types == Set(1...21))
        #expect(kinds == Set(ControlEvent.kinds))
    }

    @Test(
        "damaged logs are noticed, and read as far as they are right", arguments: SpecimenBank.all)
    func damage(specimen: Specimen) throws {
        // A sample, so that all tests stay quick; make damage does it at every byte.
        var check = try DamageCheck(
            try specimen.bytes(), others: [try SpecimenBank.twin()])
        try check.run(step: 283, moves: specimen.name == "marked")
        #expect(check.tally.damages > 10)
        #expect(check.tally.undetected == 0, "\(check.tally.findings)")
        #expect(check.tally.wrong == 0, "\(check.tally.findings)")
    }
}
