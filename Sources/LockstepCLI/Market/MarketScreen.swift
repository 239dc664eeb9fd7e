import LockstepModel
import LockstepReports

/// Shows on a terminal how an event goes while it runs; elsewhere nothing.
struct MarketScreen {
    private let channel: Channel
    private let watch: MarketWatch
    private let isOn: Bool
    /// How many lines stand on the screen.
    private var height = 0

    /// Prepares a screen.
    ///
    /// - Parameters:
    ///   - watch: What is seen of the event.
    ///   - channel: Where it shows.
    ///   - isWanted: Whether anybody asked for silence.
    init(_ watch: MarketWatch, on channel: Channel, isWanted: Bool) {
        self.watch = watch
        self.channel = channel
        isOn = isWanted && channel.isTerminal
    }

    /// Draws the prices of now over those of before.
    mutating func show() {
        guard isOn else { return }
        let sight = watch.snapshot
        guard let time = sight.time else { return }
        let taken = FigureText.count(sight.accepted)
        let unit = sight.batches == 1 ? "batch" : "batches"
        let lines =
            [
                "\(time) · \(FigureText.count(sight.batches)) \(unit) · \(taken) orders"
            ]
            // What does not fit a small window is left out.
            + MarketRunReport.prices(sight, columns: 40).prefix(22)
        write(back + lines.map { $0 + "\u{1B}[K\n" }.joined())
        height = lines.count
    }

    /// Takes the screen away.
    mutating func clear() {
        guard isOn, height > 0 else { return }
        write(back + "\u{1B}[J")
        height = 0
    }

    private var back: String { height > 0 ? "\u{1B}[\(height)A\r" : "" }

    private func write(_ text: String) {
        // A display that fails disturbs nothing.
        do { try channel.write(text); try channel.flush() } catch { return }
    }
}
