import Foundation
import LockstepAudit
import LockstepBacktest
import LockstepBus
import LockstepFiles
import LockstepScenarios
import Synchronization

/// A scenario, ready to be run again and again, with what the reference engine says of it.
struct Stand: Sendable {
    let scenario: Scenario
    let backtest: Backtest
    let expected: ReferenceEngine.Outcome

    init(_ scenario: Scenario) throws {
        self.scenario = scenario
        backtest = try scenario.make()
        expected = try ReferenceEngine.run(scenario)
    }

    /// The first event in which a schedule and the reference engine differ.
    func firstDifference(_ seed: UInt64) throws -> String {
        let directory = NSTemporaryDirectory() + "lockstep-campaign-" + UUID().uuidString
        try FileManager.default.createDirectory(
            atPath: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let (real, reference) = (directory + "/real.lka", directory + "/reference.lka")
        _ = try backtest.runHere(schedule: Schedule(seed: seed), auditLog: real)
        _ = try ReferenceEngine.run(scenario, log: reference)
        guard
            let difference = try FirstDifference.find(
                AuditLogReader(path: real), AuditLogReader(path: reference))
        else { return "  no event differs" }
        return "  step \(difference.step)\n    \(difference.one ?? "(end)")\n"
            + "    \(difference.other ?? "(end)") in the reference engine"
    }
}

/// Many schedules, spread over scenarios and threads.
struct Campaign {
    /// Some seeds of one scenario.
    private struct Piece: Sendable {
        let stage: Int
        let seeds: Range<UInt64>
    }

    private final class Progress: Sendable {
        let next = Atomic(0)
        let done = Atomic(0)
        let tallies: Mutex<[ScheduleTally]>

        init(_ count: Int) { tallies = Mutex(Array(repeating: ScheduleTally(), count: count)) }
    }

    private static let pieceLength: UInt64 = 50

    private let stages: [Stand]
    private let threads: Int
    private let pieces: [Piece]
    private let total: Int

    init(_ stages: [Stand], _ options: CampaignOptions) {
        self.stages = stages
        threads = options.threads
        var pieces: [Piece] = []
        for place in stages.indices {
            // The first ones take what is left over.
            let count = UInt64(
                options.schedules / stages.count
                    + (place < options.schedules % stages.count ? 1 : 0))
            for start in stride(from: 0, to: count, by: Int(Self.pieceLength)) {
                pieces.append(
                    Piece(stage: place, seeds: start..<min(count, start + Self.pieceLength)))
            }
        }
        self.pieces = pieces
        total = options.schedules
    }

    /// Runs all of them.
    func tallies() throws -> [ScheduleTally] {
        let progress = Progress(stages.count)
        let start = ContinuousClock.now
        let (stages, pieces, total) = (stages, pieces, total)
        let workers = try (0..<threads).map { _ in
            try WorkThread {
                while true {
                    let place = progress.next.add(1, ordering: .relaxed).oldValue
                    guard pieces.indices.contains(place) else { return }
                    let piece = pieces[place]
                    let stage = stages[piece.stage]
                    let tally = ScheduleTally.of(
                        stage.backtest, seeds: piece.seeds, expected: stage.expected)
                    progress.tallies.withLock { $0[piece.stage].add(tally) }
                    let done = progress.done.add(piece.seeds.count, ordering: .relaxed)
                    if done.oldValue * 10 / total != done.newValue * 10 / total {
                        let seconds = (ContinuousClock.now - start).components.seconds
                        ScheduleCampaign.tell(
                            "\(done.newValue) of \(total) schedules, \(seconds) s")
                    }
                }
            }
        }
        for worker in workers { worker.join() }
        return progress.tallies.withLock { $0 }
    }
}
