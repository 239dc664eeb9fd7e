/// Shows on a terminal how many schedules have ended; elsewhere nothing.
struct ScheduleDisplay {
    private let total: Int
    private let channel: Channel
    private let began = ContinuousClock.now

    init(total: Int, on channel: Channel) {
        self.total = total
        self.channel = channel
    }

    /// Shows how many have ended.
    func show(_ ended: Int) {
        guard channel.isTerminal else { return }
        let elapsed = began.duration(to: .now).components
        let seconds = Double(elapsed.seconds) + Double(elapsed.attoseconds) / 1e18
        let rate = seconds > 0 ? ProgressLine.short(Double(ended) / seconds) : "0"
        write("\r\u{1B}[K\(ended) of \(total) schedules  \(rate)/s")
    }

    /// Takes the line away.
    func clear() {
        if channel.isTerminal { write("\r\u{1B}[K") }
    }

    private func write(_ text: String) {
        // A display that fails disturbs nothing.
        do { try channel.write(text); try channel.flush() } catch { return }
    }
}
