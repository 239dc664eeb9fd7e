import LockstepAudit
import LockstepBus

/// A small log that shows one part of the format.
package struct Specimen: Sendable {
    /// Its name, and that of its files.
    package let name: String
    private let make: @Sendable () throws -> [UInt8]

    init(_ name: String, _ make: @escaping @Sendable () throws -> [UInt8]) {
        self.name = name
        self.make = make
    }

    /// A specimen of one topic: a few records, each the end of a step.
    init(_ name: String, _ fields: [RecordSchema.Field], _ rows: [[RecordValue]]) {
        self.init(name) {
            let log = try SpecimenLog()
            try log.topic(32, name, fields)
            for row in rows {
                try log.row(32, row)
                try log.step()
            }
            return try log.end()
        }
    }

    /// Makes the log: always the same records.
    package func bytes() throws -> [UInt8] { try make() }
}
