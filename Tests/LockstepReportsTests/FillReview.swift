import LockstepBus
import LockstepEvents
import LockstepModel

/// Hands every fill to a slow review on another thread, while the step waits.
actor FillReview: BusService {
    nonisolated let name = "fill-review"
    nonisolated let executor: RunExecutor
    nonisolated var isObserver: Bool { true }
    private let review: @Sendable (Fill) throws -> Void
    private var port: BusPort?
    private var fills: Subscription?

    init(on executor: RunExecutor, review: @escaping @Sendable (Fill) throws -> Void) {
        self.executor = executor
        self.review = review
    }

    func connect(_ port: BusPort) throws {
        self.port = port
        fills = try port.subscribe([Topics.fill.id])
    }

    func run() async throws {
        guard let port, let fills else { return }
        let review = review
        while true {
            let more: Void? = try await fills.consume { delivery async throws in
                guard let fill = delivery.payload(Topics.fill) else { return }
                try await port.offload { try review(fill) }
            }
            if more == nil { return }
        }
    }
}
