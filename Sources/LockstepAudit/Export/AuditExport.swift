import LockstepFiles
import LockstepModel

/// Copies a log into files that other programs read; the log stays what is true.
///
/// The mapping is stable: a topic is a channel or a table of its name, the simulated time is the
/// time of a message, and numbers are those of the log: ticks, lots, units. Nothing is left behind
/// unless all of it was copied.
public enum AuditExport: Sendable {
    /// What is written.
    public enum Format: String, Hashable, Sendable, CaseIterable {
        /// A file with an object a line.
        case jsonl
        /// A table a topic, in a directory; one file where one topic is asked for.
        case csv
        /// An MCAP file with a channel a topic.
        case mcap
    }

    /// What was written.
    public struct Summary: Hashable, Sendable {
        /// How many records.
        public internal(set) var records: UInt64 = 0
        /// How many files.
        public internal(set) var files = 1
    }

    /// Copies a log.
    ///
    /// - Parameters:
    ///   - log: The log; one that is torn or corrupt is refused.
    ///   - format: What is written.
    ///   - path: The file or directory; nothing may have that name.
    ///   - topics: The numbers of the topics wanted; nil for all.
    /// - Returns: What was written.
    /// - Throws: ``AuditError/damaged(path:_:)`` at damage, ``AuditError/beforeEpoch(sequence:_:)``
    ///   where the format has no such time, ``AuditError/files(_:)``, and what decoding throws.
    public static func write(
        _ log: AuditLog, as format: Format, to path: String, topics: Set<UInt32>? = nil
    ) throws(AuditError) -> Summary {
        let reader = try log.reader(AuditFilter(topics: topics))
        switch format {
        case .jsonl: return try copy(reader, to: JSONLExport(path))
        case .csv:
            if let topics, topics.count == 1, let topic = topics.first {
                return try copy(reader, to: TableExport(path, topic, reader.decoder))
            }
            return try copy(reader, to: TablesExport(path, topics, reader.decoder))
        case .mcap: return try copy(reader, to: MCAPExport(path))
        }
    }

    private static func copy(
        _ reader: AuditLogReader, to target: some ExportTarget
    ) throws(AuditError) -> Summary {
        var summary = Summary()
        while let record = try reader.next() {
            // Later blocks may tell more names, so each record takes the decoder of now.
            try target.write(record, reader.decoder)
            summary.records += 1
        }
        if let status = reader.status, !status.isClosed {
            throw .damaged(path: reader.name, status)
        }
        summary.files = try target.finish()
        return summary
    }
}

/// Where records are copied to.
protocol ExportTarget {
    /// Takes the next record.
    func write(_ record: AuditRecord, _ decoder: AuditDecoder) throws(AuditError)

    /// Gives what was written its name, and tells how many files it is.
    func finish() throws(AuditError) -> Int
}
