import LockstepModel

/// Orders whose cancel has passed and is not answered yet.
///
/// For the rest of the step they claim nothing, so that a strategy can cancel an order and place
/// another in its stead at once. Where the venue has not ended one by the next frame, since a bar
/// in progress still meets it, it counts again; that both fill is excluded by the venue, which
/// checks funds and holdings at the fill.
extension RiskView {
    /// Takes the claim off an order whose cancel has passed.
    mutating func cancel(_ order: OrderID) {
        if let place = orders.place(of: order.rawValue) { release(place) }
    }

    /// Takes the claims off a strategy's orders on an account.
    ///
    /// - Parameters:
    ///   - instrument: The instrument; nil for all.
    ///   - strategy: Whose orders; those of all for the run itself.
    ///   - account: The account they trade for.
    mutating func cancelAll(
        _ instrument: InstrumentID?, of strategy: StrategyID, in account: AccountID
    ) {
        guard let account = place(of: account) else { return }
        for place in orders.places {
            let order = orders[place]
            // What the run cancels is not what it sends itself.
            guard (order.strategy == strategy.rawValue) != (strategy == .house),
                Int(order.account) == account
            else { continue }
            if let instrument, Int(order.instrument) + 1 != Int(instrument.rawValue) { continue }
            release(place)
        }
    }

    /// Counts the orders again that the venue has not ended.
    mutating func countCancellingAgain() {
        for waiting in cancelling {
            guard let place = orders.place(of: waiting.order) else { continue }
            // It claimed as much before, so it fits; fills in between were counted when they came.
            do { try renewClaim(of: place) } catch { replaceClaim(of: place, by: waiting.claim) }
        }
        cancelling.removeAll(keepingCapacity: true)
    }

    private mutating func release(_ place: Int) {
        let claim = orders[place].claim
        if claim == .none { return }
        cancelling.append(Cancelling(order: orders[place].id, claim: claim))
        replaceClaim(of: place, by: .none)
    }
}
