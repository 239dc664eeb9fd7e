package import LockstepBus
public import LockstepFiles

/// What a closed log holds.
public struct AuditLogSummary: Hashable, Sendable {
    /// The SHA-256 of the stream: two runs are equal if and only if theirs are.
    public let digest: SHA256Digest
    /// How many records.
    public let records: UInt64
    /// In how many blocks.
    public let blocks: UInt64
    /// The bytes of the records.
    public let rawBytes: UInt64
    /// The bytes of the file.
    public let storedBytes: UInt64
}

/// Writes the log of a run: records are made here, compressed and written on a thread of its own.
///
/// It stays on the loop of its run. When four blocks wait for the thread, the fifth waits too:
/// nothing is ever dropped. After an error nothing more is written, and what the file holds up to
/// its last whole block is a valid prefix.
package final class AuditLogWriter {
    let encoder: Confined<RecordEncoder>
    private let queue = BlockQueue()
    private let thread: WorkThread
    private let sealLength: Int
    private var isClosed = false

    /// Begins a log in a new file; fails if anything has that name.
    ///
    /// - Parameters:
    ///   - path: The file; by custom its name ends in `.lka`.
    ///   - manifest: What its head says of the run.
    ///   - settings: How it is written.
    /// - Throws: ``AuditError/files(_:)`` or ``AuditError/noThread(code:)``.
    package convenience init(
        creating path: String, manifest: AuditManifest, settings: AuditLogSettings
    ) throws(AuditError) {
        let sink: FileSink
        do { sink = try FileSink(creating: path) } catch { throw .files(error) }
        try self.init(to: sink, manifest: manifest, settings: settings)
    }

    /// Begins a log.
    ///
    /// - Parameters:
    ///   - sink: Where its bytes go.
    ///   - manifest: What its head says of the run.
    ///   - settings: How it is written.
    /// - Throws: ``AuditError/files(_:)`` or ``AuditError/noThread(code:)``.
    package init(
        to sink: any AuditSink, manifest: AuditManifest, settings: AuditLogSettings
    ) throws(AuditError) {
        let file: BlockFile
        do {
            file = try BlockFile(sink: sink, manifest: manifest, settings: settings)
        } catch { throw .files(error) }
        sealLength = settings.sealLength
        // Room for the record that seals the block, unless that is very long.
        encoder = Confined(RecordEncoder(capacity: settings.sealLength + (1 << 14)))
        let queue = queue
        do throws(WorkThread.Refused) {
            thread = try WorkThread { Self.serve(queue, file) }
        } catch { throw .noThread(code: error.code) }
    }

    deinit {
        queue.end(nil)
        thread.join()
    }

    /// Appends the records of envelopes, which come in order of their numbers.
    ///
    /// - Parameter cursor: Goes over the envelopes; afterwards all were taken.
    /// - Throws: What refuses a record, or what made an earlier write fail.
    package func append(_ cursor: inout TapCursor) throws(AuditError) {
        while try encoder.value.append(&cursor, upTo: sealLength) { try seal() }
    }

    /// Appends a record whose payload a closure writes.
    ///
    /// - Parameters:
    ///   - sequence: The number of the envelope: the next one.
    ///   - time: Its time in nanoseconds.
    ///   - topic: Its topic, 0 to 62.
    ///   - cause: The number of the envelope that caused it, or 0.
    ///   - producer: The service that published it.
    ///   - payload: Writes the fields.
    /// - Throws: What refuses the record, or what made an earlier write fail.
    package func append(
        sequence: UInt64, time: Int64, topic: UInt8, cause: UInt64 = 0, producer: UInt16 = 0,
        _ payload: (inout RecordWriter) -> Void
    ) throws(AuditError) {
        try encoder.value.append(
            sequence: sequence, time: time, topic: topic, cause: cause, producer: producer, payload)
        if encoder.value.writer.count >= sealLength { try seal() }
    }

    /// Writes what is left, index and table, and waits until all of it is written.
    ///
    /// - Parameter status: How the run ended.
    /// - Returns: What the log holds.
    /// - Throws: The first error of the log, or ``AuditError/closed``. The file then has no index,
    ///   unless all records that were taken could be written before one was refused.
    package func close(_ status: ControlEvent.EndStatus) throws(AuditError) -> AuditLogSummary {
        if isClosed { throw .closed }
        isClosed = true
        var refused = encoder.value.failure
        if encoder.value.writer.count > 0 {
            do throws(AuditError) { try seal() } catch { refused = refused ?? error }
        }
        // A log with a refused record is closed as what it is: the log of a failed run.
        queue.end(
            BlockQueue.Ending(
                status: refused == nil ? status : .failed,
                topics: encoder.value.topicTotals, copies: encoder.value.copies))
        thread.join()
        let summary = try queue.result()
        if let refused { throw refused }
        return summary
    }

    /// How often the loop had to wait for the thread.
    package var stalls: Int { queue.stalls }

    @inline(never)
    private func seal() throws(AuditError) {
        let block = queue.takeFree() ?? SealedBlock(capacity: sealLength + (1 << 14))
        block.tally = encoder.value.seal(into: &block.writer)
        do throws(AuditError) { try queue.put(block) } catch { throw encoder.value.fail(error) }
    }

    /// What the thread does.
    private static func serve(_ queue: BlockQueue, _ file: BlockFile) {
        while let block = queue.take() {
            var failure: AuditError?
            if !queue.hasFailed {
                do { try file.write(block) } catch { failure = .files(error) }
            }
            queue.putFree(block, failure: failure)
        }
        if let ending = queue.requestedEnding {
            do throws(AuditError) {
                guard file.hasRoom(for: ending) else {
                    throw .tooManyBlocks(path: file.name, blocks: file.blocks)
                }
                queue.conclude(.success(try file.finish(ending)))
                return
            } catch { queue.conclude(.failure(error)) }
        }
        // What made the log fail is told already; that closing fails too adds nothing.
        try? file.abandon()
    }
}
