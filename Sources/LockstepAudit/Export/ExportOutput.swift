import LockstepFiles

/// What bytes are appended to.
protocol ExportFile {
    func write(_ bytes: Span<UInt8>) throws(FilesError)
}

extension File: ExportFile {}

extension AsideFile: ExportFile {
    /// Brings what was written to the medium, and gives it its name.
    func finish() throws(AuditError) {
        do {
            try synchronize()
            try publish()
        } catch { throw .files(error) }
    }
}

/// Bytes on their way to a file, so that many short lines make few calls.
final class ExportOutput<Target: ExportFile> {
    private let capacity = 1 << 16
    let file: Target
    private var waiting: [UInt8] = []

    init(_ file: Target) { self.file = file }

    func write(line: String) throws(AuditError) {
        waiting += line.utf8
        waiting.append(0x0A)
        if waiting.count >= capacity { try flush() }
    }

    func write(_ bytes: [UInt8]) throws(AuditError) {
        waiting += bytes
        if waiting.count >= capacity { try flush() }
    }

    /// Brings everything to the file.
    func flush() throws(AuditError) {
        let bytes = waiting
        do { try file.write(bytes.span) } catch { throw .files(error) }
        waiting.removeAll(keepingCapacity: true)
    }
}

/// A file with a JSON object a line.
final class JSONLExport: ExportTarget {
    private let output: ExportOutput<AsideFile>

    init(_ path: String) throws(AuditError) {
        do { output = ExportOutput(try AsideFile(creating: path)) } catch { throw .files(error) }
    }

    func write(_ record: AuditRecord, _ decoder: AuditDecoder) throws(AuditError) {
        try output.write(line: try AuditJSON(decoder).line(record))
    }

    func finish() throws(AuditError) -> Int {
        try output.flush()
        try output.file.finish()
        return 1
    }
}
