import LockstepFiles

/// One topic as a table in a file.
final class TableExport: ExportTarget {
    private let output: ExportOutput<AsideFile>
    private let topic: UInt32

    init(_ path: String, _ topic: UInt32, _ decoder: AuditDecoder) throws(AuditError) {
        do { output = ExportOutput(try AsideFile(creating: path)) } catch { throw .files(error) }
        self.topic = topic
        try output.write(line: AuditCSV(decoder, topic: topic).header)
    }

    func write(_ record: AuditRecord, _ decoder: AuditDecoder) throws(AuditError) {
        try output.write(line: try AuditCSV(decoder, topic: topic).line(record))
    }

    func finish() throws(AuditError) -> Int {
        try output.flush()
        try output.file.finish()
        return 1
    }
}

/// A directory with a table for each topic that the log declares, also where it has no rows.
final class TablesExport: ExportTarget {
    private let directory: AsideDirectory
    private var outputs: [UInt32: ExportOutput<File>] = [:]

    init(_ path: String, _ topics: Set<UInt32>?, _ decoder: AuditDecoder) throws(AuditError) {
        do { directory = try AsideDirectory(creating: path) } catch { throw .files(error) }
        let declared = [0] + decoder.schemas.map(\.topic)
        for topic in declared where topics?.contains(topic) ?? true {
            if outputs[topic] == nil { _ = try begin(topic, decoder) }
        }
    }

    func write(_ record: AuditRecord, _ decoder: AuditDecoder) throws(AuditError) {
        let known = outputs[record.topic]
        let output = if let known { known } else { try begin(record.topic, decoder) }
        try output.write(line: try AuditCSV(decoder, topic: record.topic).line(record))
    }

    func finish() throws(AuditError) -> Int {
        for topic in outputs.keys.sorted() { try outputs[topic]?.flush() }
        do { try directory.publish() } catch { throw .files(error) }
        return outputs.count
    }

    private func begin(
        _ topic: UInt32, _ decoder: AuditDecoder
    ) throws(AuditError) -> ExportOutput<File> {
        let name = Self.fileName(of: topic, decoder)
        let file: File
        do { file = try directory.file(name) } catch { throw .files(error) }
        let output = ExportOutput(file)
        outputs[topic] = output
        try output.write(line: AuditCSV(decoder, topic: topic).header)
        return output
    }

    /// The name of a topic's file.
    ///
    /// Names from a log are no paths: one that is not plain, or that another topic has too, gives
    /// way to the number.
    static func fileName(of topic: UInt32, _ decoder: AuditDecoder) -> String {
        let name = decoder.name(ofTopic: topic)
        let isPlain =
            !name.isEmpty && name.utf8.count <= 64
            && name.utf8.allSatisfy { byte in
                (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte)
                    || (0x61...0x7A).contains(byte) || byte == UInt8(ascii: "_")
                    || byte == UInt8(ascii: "-")
            }
        let others = decoder.schemas.filter { $0.topic != topic }.map(\.name)
        let isTaken = topic != 0 && (name == "control" || others.contains(name))
        return (isPlain && !isTaken && !name.hasPrefix("topic-") ? name : "topic-\(topic)") + ".csv"
    }
}
