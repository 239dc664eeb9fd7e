package import LockstepBus
import LockstepEvents
package import LockstepModel

/// The service that keeps the books: it hears fills and marks, and tells bookings and snapshots.
///
/// - At the start of the run it books what each account begins with.
/// - A fill gives its booking, then one closed lot for each slice: whoever answers the booking is
///   before those who only watch lots.
/// - In the settle phase it takes the marks, checks the ledgers and publishes snapshots. The marks
///   are those of the frame in hand: no service asks for the accounts before it.
/// - At the end of the feed it publishes the last snapshots, so that the last one of an account
///   always shows its equity at the end.
package actor PortfolioAccountant: BusService {
    package nonisolated let name = "portfolio"
    package nonisolated let executor: RunExecutor
    private let portfolio: Confined<Portfolio>
    private let onRoundTrip: (@Sendable (RoundTrip) throws -> Void)?

    /// Makes the service.
    ///
    /// - Parameters:
    ///   - portfolio: The books, without money.
    ///   - loop: The loop of the run.
    ///   - onRoundTrip: Gets every finished round trip when it is booked; if it throws, the run
    ///     ends.
    package init(
        _ portfolio: Portfolio, on loop: RunExecutor,
        onRoundTrip: (@Sendable (RoundTrip) throws -> Void)? = nil
    ) {
        executor = loop
        self.portfolio = Confined(portfolio)
        self.onRoundTrip = onRoundTrip
    }

    /// How each account stands, in order; read after the run.
    package var summaries: [AccountSummary] { portfolio.value.summaries }

    /// What an account holds of an instrument; read after the run.
    ///
    /// - Parameters:
    ///   - instrument: The instrument.
    ///   - account: The account.
    /// - Returns: The position.
    package func position(of instrument: InstrumentID, in account: AccountID) -> Position {
        portfolio.value.position(of: instrument, in: account)
    }

    package func connect(_ port: BusPort) throws {
        let portfolio = portfolio
        let bookings = try port.publisher(Topics.booking)
        let slices = try port.publisher(Topics.lotClosed)
        let snapshots = try port.publisher(Topics.snapshot)
        let onRoundTrip = onRoundTrip
        try port.forEach(Topics.lifecycle) { envelope in
            switch envelope.payload {
            case .start:
                for account in portfolio.value.declared {
                    try bookings.publish(
                        portfolio.value.deposit(account.startingCash, to: account.id))
                }
            case .endOfFeed:
                try portfolio.value.finish()
                try Self.publish(portfolio, snapshots)
            }
        }
        try port.forEach(Topics.fill) { envelope in
            try bookings.publish(
                portfolio.value.book(envelope.payload, envelope.sequence))
            var place = 0
            while place < portfolio.value.closed.count {
                try slices.publish(portfolio.value.closed[place])
                place += 1
            }
            if let onRoundTrip, let trip = portfolio.value.finished { try onRoundTrip(trip) }
        }
        try port.forEach(Topics.settle) { envelope in
            try portfolio.value.settle(envelope.payload, in: envelope.step)
            try Self.publish(portfolio, snapshots)
        }
    }

    /// Publishes the snapshots that wait, in the order of accounts.
    @inline(__always)
    private static func publish(
        _ portfolio: Confined<Portfolio>, _ snapshots: Publisher<Snapshot>
    ) throws(BusError) {
        var place = 0
        while place < portfolio.value.snapshots.count {
            try snapshots.publish(portfolio.value.snapshots[place])
            place += 1
        }
    }
}
