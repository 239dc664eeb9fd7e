package import LockstepAudit
import LockstepBus
import LockstepFiles

/// All specimens, and what each says when it is read.
package enum SpecimenBank: Sendable {
    /// Small logs that together show every type of field and every control record.
    package static let all: [Specimen] =
        Specimen.scalars + Specimen.composites + Specimen.records

    /// A log with the head of all others that are written with salt 1, and other records.
    package static func twin() throws -> [UInt8] {
        let log = try SpecimenLog()
        try log.topic(32, "twin", [.init("u", .unsigned), .init("text", .string)])
        for number in 0..<60 as Range<UInt64> {
            try log.row(32, [.unsigned(number * number), .string("twin \(number)")])
            try log.step()
        }
        return try log.end()
    }

    /// A log as lines of text: one for each record, and a last one for its state.
    ///
    /// - Parameter bytes: The log, damaged or not.
    /// - Returns: JSON, as `lockstep dump --format jsonl` has it; the last line has `status`.
    /// - Throws: What opening it throws.
    package static func transcript(_ bytes: [UInt8]) throws -> [String] {
        let reader = try AuditLogReader(bytes: bytes)
        // Names are known from where the stream tells them, whether there is an index or not.
        var decoder = AuditDecoder()
        var lines: [String] = []
        while let record = try reader.next() {
            if record.topic == 0, let kind = record.payload.first, kind <= 2 {
                try decoder.learn(record.payload)
            }
            lines.append(try AuditJSON(decoder).line(record))
        }
        return lines + [statusLine(try AuditVerifier.verify(bytes: bytes))]
    }

    /// The state of a log as JSON.
    package static func statusLine(_ found: AuditVerification) -> String {
        var members: [JSONMember]
        switch found.status {
        case .closed(let status):
            members = [
                JSONMember("status", .string("closed")),
                JSONMember("end", .string(String(describing: status))),
            ]
        case .torn(let damage): members = place("torn", damage)
        case .corrupt(let damage): members = place("corrupt", damage)
        }
        members.append(JSONMember("records", .integer(Int64(found.records))))
        members.append(JSONMember("digest", .optional(found.digest.map { "\($0)" })))
        return JSONValue.object(members).text()
    }

    private static func place(_ status: String, _ damage: AuditDamage) -> [JSONMember] {
        [
            JSONMember("status", .string(status)), JSONMember("at", .integer(Int64(damage.offset))),
            JSONMember("block", .integer(Int64(damage.block))),
        ]
    }
}
