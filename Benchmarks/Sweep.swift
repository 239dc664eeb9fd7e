import LockstepBacktest
import LockstepBus
import LockstepModel
import Synchronization

/// Many backtests in one process, taken one after the other by some threads.
final class Sweep: Sendable {
    /// What the threads share.
    private struct State {
        var next = 0
        var running = 0
        var bars = 0
        var orders = 0
        var best = Money.zero
        var bestText = ""
        var failure: (any Error)?
    }

    private let backtests: [Backtest]
    private let state = Mutex(State())

    init(_ backtests: [Backtest]) { self.backtests = backtests }

    /// The bars of all runs together.
    var bars: Int { state.withLock { $0.bars } }

    var orders: Int { state.withLock { $0.orders } }

    var best: String { state.withLock { $0.bestText } }

    func run(threads: Int) throws {
        state.withLock { $0 = State() }
        let ended = Gate(threads)
        for _ in 0..<threads {
            try RunThread.start {
                self.work()
                ended.arrive()
            }
        }
        ended.wait()
        if let failure = state.withLock({ $0.failure }) { throw failure }
    }

    private func work() {
        while true {
            let place = state.withLock { state in
                defer { state.next += 1 }
                return state.next
            }
            guard place < backtests.count else { return }
            do {
                let result = try backtests[place].runHere()
                state.withLock { state in
                    state.bars += Int(result.counters.bars)
                    state.orders += result.orders.filled
                    for account in result.accounts where account.equityEnd > state.best {
                        state.best = account.equityEnd
                        state.bestText = account.currency.text(of: account.equityEnd)
                    }
                }
            } catch { state.withLock { $0.failure = error } }
        }
    }
}
