import LockstepAudit
import LockstepBacktest
import LockstepEvents
import LockstepFeed
import LockstepFiles
import LockstepModel
import LockstepStrategy

/// What participants of an event asked for, from a log or a file.
struct RecordedFlow {
    let flow: OrderFlow
    private let name: String

    /// Reads an audit log, or orders as CSV.
    ///
    /// - Parameters:
    ///   - path: The file; a log is known by its first bytes.
    ///   - configuration: The run whose instruments they are for.
    /// - Throws: ``CommandError``.
    init(
        reading path: String, for configuration: BacktestConfiguration
    ) throws(CommandError) {
        name = path
        do {
            if try Self.isLog(path) {
                flow = try LoggedFlow(AuditLog(path: path)).flow
            } else {
                flow = try OrderFlow(path: path, configuration.instruments)
            }
        } catch let error as CommandError {
            throw error
        } catch {
            throw .other(ExitCode(of: error), message: "\(error)")
        }
    }

    /// Whether a file begins as logs do: with a frame of zstd, of data or to be skipped.
    private static func isLog(_ path: String) throws -> Bool {
        var bytes: [UInt8] = []
        guard try File(reading: path).read(into: &bytes, at: 0, count: 4) == 4 else { return false }
        return bytes[..<4] == [0x28, 0xB5, 0x2F, 0xFD]
            || bytes[0] & 0xF0 == 0x50 && bytes[1..<4] == [0x2A, 0x4D, 0x18]
    }

    /// Lets the participants of a run that stand in the flow ask for what they asked for then.
    ///
    /// - Parameter configuration: The run.
    /// - Throws: ``CommandError`` for a participant that the run does not have.
    func replace(in configuration: inout BacktestConfiguration) throws(CommandError) {
        let names = configuration.strategies.map(\.name)
        for participant in flow.participants {
            guard let place = names.firstIndex(of: participant.name) else {
                throw .other(
                    .badData,
                    message: "\(name): participant \"\(participant.name)\" is no strategy or agent "
                        + "of the configuration."
                        + NearestName.suggestion(for: participant.name, among: names)
                        + " Add it there, with its account.")
            }
            let plan = configuration.strategies[place]
            let account = configuration.accounts[Int(plan.account.rawValue) - 1].name
            guard account == participant.account else {
                throw .other(
                    .badData,
                    message: "\(name): participant \"\(participant.name)\" trades on account "
                        + "\"\(participant.account)\" there, on \"\(account)\" in the "
                        + "configuration.")
            }
            do throws(StrategyError) {
                var replayed = try StrategyPlan(
                    replaying: participant.orders, name: plan.name, account: plan.account)
                replayed.isAgent = plan.isAgent
                configuration.strategies[place] = replayed
            } catch { throw .other(.configuration, message: "\(error)") }
        }
    }
}

/// What strategies asked for in a run, taken from its log.
struct LoggedFlow {
    /// The orders.
    let flow: OrderFlow
    /// The instruments they are for.
    let instruments: Instruments

    /// Reads a log.
    ///
    /// - Parameter log: The log.
    /// - Throws: `AuditError`, and `ModelError` where the log does not name what it is about.
    init(_ log: AuditLog) throws {
        let names = log.decoder.names
        let currency = try Currency("USDC")
        instruments = try Instruments(
            names.instruments.enumerated().map { place, item in
                try Instrument(
                    id: InstrumentID(UInt32(place + 1)), symbol: item.symbol, venue: VenueID(1),
                    currency: currency, tickSize: item.tickSize ?? .one, lot: item.lot ?? .one)
            })
        // The number of the batch of an instant: what is asked after it answers it.
        var batches: [Timestamp: SequenceNumber] = [:]
        for event in try log.events(of: Topics.venueEvent).all() where event.payload.kind == .batch
        {
            batches[event.time] = event.sequence
        }
        var participants: [OrderFlow.Participant] = []
        var places: [StrategyID: Int] = [:]
        let reader = try log.events(of: Topics.intent).reader()
        while let event = try reader.next() {
            let intent = event.payload
            // What the run itself asks for, it asks for again.
            if intent.id.isOfHouse { continue }
            let place = places[intent.strategy] ?? participants.count
            if place == participants.count {
                places[intent.strategy] = place
                let number = UInt64(intent.strategy.rawValue)
                let account = UInt64(intent.account.rawValue)
                participants.append(
                    OrderFlow.Participant(
                        name: names.strategy(number) ?? "strategy-\(number)",
                        account: names.account(account) ?? "account-\(account)"))
            }
            let batch = batches[event.time]
            participants[place].orders.append(
                RecordedOrder(
                    time: event.time, number: intent.id.ordinal, action: Self.own(intent.action),
                    isAnswer: batch.map { $0 < event.sequence } ?? false))
        }
        flow = OrderFlow(participants: participants)
    }

    /// An action with the orders it is about numbered within their participant.
    private static func own(_ action: OrderAction) -> OrderAction {
        func own(_ order: OrderID) -> OrderID { OrderID(rawValue: UInt64(order.ordinal)) }
        switch action {
        case .place(var terms):
            // A tag is a text of the other run.
            terms.tag = nil
            return .place(terms)
        case .cancel(let order): return .cancel(own(order))
        case .amend(let order, let amendment): return .amend(own(order), amendment)
        case .cancelAll: return action
        }
    }
}
