import LockstepFiles
import LockstepModel
import Synchronization
import Testing

@testable import LockstepAudit

/// A sink that remembers what was written and when it was brought to the medium.
private final class MediumSink: AuditSink {
    struct State {
        var writes: [[UInt8]] = []
        /// How many writes had been made at each synchronisation.
        var syncs: [Int] = []
    }

    private let log = Mutex(State())

    var name: String { "medium.lka" }
    var state: State { log.withLock { $0 } }

    func write(_ bytes: Span<UInt8>) throws(FilesError) {
        let copy = (0..<bytes.count).map { bytes[$0] }
        log.withLock { $0.writes.append(copy) }
    }

    func synchronize() throws(FilesError) { log.withLock { $0.syncs.append($0.writes.count) } }

    func close() throws(FilesError) {}
}

/// The row of the fault table about power: what a medium may hold when it fails at any moment.
@Suite struct PowerLossTests {
    /// Bytes that a medium writes as a whole.
    private static let sector = 64

    /// What a medium may hold of bytes whose order nobody has asked for: every sector is there or
    /// not, and the file has its new length already or ends with the last sector that is there.
    private static func states(
        of synced: [UInt8], and pending: [UInt8], seed: UInt64
    ) -> [[UInt8]] {
        let sectors = (pending.count + sector - 1) / sector
        var states: [[UInt8]] = []
        func add(_ isThere: (Int) -> Bool) {
            var bytes = pending
            for index in 0..<sectors where !isThere(index) {
                for byte in index * sector..<min(pending.count, (index + 1) * sector) {
                    bytes[byte] = 0
                }
            }
            states.append(synced + bytes)
            let end = (0..<sectors).last(where: isThere).map { ($0 + 1) * sector } ?? 0
            states.append(synced + bytes[..<min(pending.count, end)])
        }
        if sectors <= 8 {
            for mask in 0..<(1 << sectors) { add { mask >> $0 & 1 == 1 } }
        } else {
            for index in stride(from: 0, to: sectors, by: 1 + sectors / 16) {
                add { $0 != index }
                add { $0 < index }
                add { $0 == index }
            }
            var dice = seed
            for _ in 0..<16 {
                dice = dice &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                let mask = dice >> 16
                add { mask >> ($0 % 48) & 1 == 1 }
            }
        }
        // Torn within a sector, as when the file is cut.
        for length in stride(from: 0, through: pending.count, by: 7 + pending.count / 64) {
            states.append(synced + pending[..<length])
        }
        return states
    }

    @Test(
        "power lost at any moment: the log is an exact prefix, and nothing synced is lost",
        arguments: AuditLogSettings.Sync.allCases)
    func powerLoss(sync: AuditLogSettings.Sync) throws {
        let log = try SampleLog(block: 256, steps: 16, sync: sync)
        let sink = MediumSink()
        _ = try log.write(to: sink)
        let state = sink.state
        let all = state.writes.flatMap(\.self)
        let whole = try readAll(all)
        #expect(state.writes.count > 5)
        switch sync {
        case .none: #expect(state.syncs == [])
        case .close: #expect(state.syncs == [state.writes.count])
        case .block: #expect(state.syncs == Array(1...state.writes.count))
        }
        for made in 0...state.writes.count {
            // Power goes after so many writes; the last sync before it may have come or not.
            for safe in Set([0, made] + state.syncs.filter { $0 <= made }.suffix(2)) {
                if sync == .block, safe < made - 1 { continue }
                if sync != .block, safe != 0 { continue }
                let synced = state.writes[..<safe].flatMap(\.self)
                let pending = state.writes[safe..<made].flatMap(\.self)
                let kept = synced.isEmpty ? 0 : try readAll(synced).records.count
                for bytes in Self.states(of: synced, and: pending, seed: UInt64(made)) {
                    guard let found = try Self.read(bytes) else {
                        #expect(safe == 0, "a log that was synced is one")
                        continue
                    }
                    #expect(found.records.count >= kept)
                    #expect(found.records == Array(whole.records.prefix(found.records.count)))
                    #expect(!found.status.isClosed || bytes == all)
                }
            }
        }
    }

    /// All records of a log; nil where the head is not whole.
    private static func read(
        _ bytes: [UInt8]
    ) throws -> (records: [AuditRecord], status: AuditStatus)? {
        do { return try readAll(bytes) } catch AuditError.notALog { return nil }
    }
}
