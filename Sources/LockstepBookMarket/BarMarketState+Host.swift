import LockstepMarket
import LockstepModel

extension BarMarketState {
    /// The host of a state that nobody else has, so that no call asks whether it is shared.
    ///
    /// It does what the host of a ``BarMarketEngine`` does.
    // Safe because: the state is made and ended with its host, which is used by the loop of one
    // run; no call reaches back into the same state while it lasts.
    static func host(_ state: consuming BarMarketState) -> MarketHost {
        let venue = state.venue
        let place = UnsafeMutablePointer<BarMarketState>.allocate(capacity: 1)
        unsafe place.initialize(to: state)
        return MarketHost(
            venue: venue,
            advance: { (frame, outputs) throws(MarketError) in
                try unsafe place.pointee.advance(frame, &outputs)
                return unsafe place.pointee.status
            },
            execute: { (order, arrival, now, outputs) throws(MarketError) in
                try unsafe place.pointee.execute(order, arrival, now, &outputs)
                return unsafe place.pointee.status
            },
            apply: { (booking) throws(MarketError) in
                try unsafe place.pointee.apply(booking)
                return unsafe place.pointee.status
            },
            applyEvent: { (event, instrument, now, outputs) throws(MarketError) in
                try unsafe place.pointee.apply(event, of: instrument, at: now, &outputs)
                return unsafe place.pointee.status
            },
            checkInvariants: { () throws(MarketError) in
                try unsafe place.pointee.checkInvariants()
            },
            status: { unsafe place.pointee.status },
            end: {
                unsafe place.deinitialize(count: 1)
                unsafe place.deallocate()
            })
    }

    /// What has to be known of it between two calls.
    @inline(__always)
    private var status: EngineStatus { EngineStatus(wake: nextExpiry, isIdle: isIdle) }

    /// Whether nothing works or waits, and no last prices are kept.
    @inline(__always)
    var isIdle: Bool { busy == 0 && !keepsMarks }
}
