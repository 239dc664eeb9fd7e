import LockstepBacktest
import LockstepModel

/// Shows on a terminal how far runs have come; elsewhere nothing.
struct ProgressDisplay {
    private let channel: Channel
    private let board: RunBoard
    private let ends: [Timestamp?]
    private let isOn: Bool
    private let began = ContinuousClock.now

    /// Prepares a display.
    ///
    /// - Parameters:
    ///   - board: The runs.
    ///   - channel: Where it shows.
    ///   - isWanted: Whether anybody asked for silence.
    init(_ board: RunBoard, on channel: Channel, isWanted: Bool) {
        self.board = board
        self.channel = channel
        isOn = isWanted && channel.isTerminal
        ends =
            isOn
            ? board.entries.map { entry in
                (try? entry.run.get()).flatMap { DataEnd.estimate($0) }
            } : []
    }

    /// Shows the state of now.
    func show() {
        if isOn { write("\r\u{1B}[K" + line.text) }
    }

    /// Takes the line away.
    func clear() {
        if isOn { write("\r\u{1B}[K") }
    }

    private func write(_ text: String) {
        // A display that fails disturbs nothing.
        do { try channel.write(text); try channel.flush() } catch { return }
    }

    private var line: ProgressLine {
        let steps = board.entries.reduce(0) { $0 + $1.progress.steps }
        let elapsed = began.duration(to: .now).components
        let seconds = Double(elapsed.seconds) + Double(elapsed.attoseconds) / 1e18
        return ProgressLine(title: title, share: share, steps: steps, seconds: seconds)
    }

    private var title: String {
        if board.entries.count > 1 { return "\(board.endedCount) of \(board.entries.count) runs" }
        return (try? board.entries.first?.run.get().name) ?? ""
    }

    /// The mean share of simulated time of all runs; nil when the end of one is not known.
    private var share: Double? {
        var sum = 0.0
        for (entry, end) in zip(board.entries, ends) {
            guard let end else { return nil }
            guard let start = entry.progress.start, let now = entry.progress.time else { continue }
            let whole = Double(end.nanoseconds) - Double(start.nanoseconds)
            if whole <= 0 { return nil }
            sum += min(1, (Double(now.nanoseconds) - Double(start.nanoseconds)) / whole)
        }
        return sum / Double(board.entries.count)
    }
}
