import LockstepMarket
import LockstepModel

/// The owner of an engine, and its calls behind closures that know its type.
///
/// The closures hold the engine's address and nothing else, so a call counts no reference, copies
/// no engine and looks up no type. What may change the engine's next wake returns it.
// Safe because: the engine is made and ended with its host, which is used by the loop of one run;
// no call reaches back into the same engine while it lasts.
@safe
final class EngineHost {
    /// The next instant at which an engine has something to do; nil for none.
    typealias NextWake = Timestamp?

    let advance: (borrowing Frame, inout MarketOutputs) throws(MarketError) -> NextWake
    let execute: (MarketCommand, Timestamp, inout MarketOutputs) throws(MarketError) -> NextWake
    let runBatch: (Timestamp, inout MarketOutputs) throws(MarketError) -> NextWake
    let apply: (Booking) throws(MarketError) -> Void
    let checkInvariants: () throws(MarketError) -> Void
    let nextWake: () -> NextWake
    private let end: () -> Void

    init<Engine: MarketEngine>(_ engine: Engine) {
        let place = UnsafeMutablePointer<Engine>.allocate(capacity: 1)
        unsafe place.initialize(to: engine)
        advance = { (frame, outputs) throws(MarketError) in
            try unsafe place.pointee.advance(frame, &outputs)
            return unsafe Self.nextWake(of: &place.pointee)
        }
        execute = { (command, now, outputs) throws(MarketError) in
            try unsafe place.pointee.execute(command, at: now, &outputs)
            return unsafe Self.nextWake(of: &place.pointee)
        }
        runBatch = { (now, outputs) throws(MarketError) in
            try unsafe place.pointee.runBatch(at: now, &outputs)
            return unsafe Self.nextWake(of: &place.pointee)
        }
        apply = { (booking) throws(MarketError) in try unsafe place.pointee.apply(booking) }
        checkInvariants = { () throws(MarketError) in
            try unsafe place.pointee.checkInvariants()
        }
        nextWake = { unsafe Self.nextWake(of: &place.pointee) }
        end = {
            unsafe place.deinitialize(count: 1)
            unsafe place.deallocate()
        }
    }

    deinit { end() }

    /// Reads the wake in place: of a value that is only lent, the engine would be copied first.
    @inline(__always)
    private static func nextWake<Engine: MarketEngine>(of engine: inout Engine) -> Timestamp? {
        engine.nextWake
    }
}

/// A handle on a host that costs nothing to copy.
// Safe because: handles are made and kept by the hall that keeps the hosts.
@safe
struct EngineReference {
    private let host: Unmanaged<EngineHost>

    init(_ host: EngineHost) { unsafe self.host = .passUnretained(host) }

    /// Calls a body with the host, without counting the reference.
    @inline(__always)
    func use<Result>(_ body: (EngineHost) throws -> Result) rethrows -> Result {
        try unsafe host._withUnsafeGuaranteedRef { try body($0) }
    }
}
