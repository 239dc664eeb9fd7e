import LockstepBus
import LockstepEvents
import LockstepModel

/// Halts all trading once the equity of an account has fallen below a floor.
actor EquityFloor: BusService {
    nonisolated let name = "equity-floor"
    nonisolated let executor: RunExecutor
    private let floor: Money
    private var hasHalted = false

    init(on executor: RunExecutor, floor: Money) {
        self.executor = executor
        self.floor = floor
    }

    func connect(_ port: BusPort) throws {
        let halts = try port.publisher(Topics.halt)
        try port.forEach(Topics.snapshot) { envelope in
            if self.hasHalted || envelope.payload.equity >= self.floor { return }
            self.hasHalted = true
            try halts.publish(Halt(reason: .drawdown))
        }
    }
}
