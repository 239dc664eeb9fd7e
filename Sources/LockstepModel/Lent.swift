/// A value that is lent for the length of a call: it is read where it lies, when it is asked for.
///
/// A large value that is handed on is copied or taken apart first, though little of it may be
/// used; one that is lent is handed on as its address.
// Safe because: the owner keeps the value where it is, and unchanged, until the call it is lent to
// has returned, and whoever is lent a value does not keep it.
@safe @frozen
public struct Lent<Value: ~Copyable> {
    @usableFromInline package let place: UnsafePointer<Value>

    /// Lends what lies at an address.
    ///
    /// - Parameter place: The address of a value that stays as it is for the length of a call.
    @inlinable @inline(__always)
    package init(_ place: UnsafePointer<Value>) { unsafe self.place = place }

    /// The value where it lies.
    @inlinable
    public var value: Value {
        @inline(__always) unsafeAddress { unsafe place }
    }
}

extension Lent where Value: Copyable {
    /// Lends a value to a body.
    ///
    /// - Parameters:
    ///   - value: The value.
    ///   - body: Gets it; does not keep it.
    /// - Returns: What the body returns.
    /// - Throws: What the body throws.
    @inlinable
    package static func of<Result: ~Copyable, Failure: Error>(
        _ value: Value, _ body: (Self) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try unsafe withUnsafePointer(to: value) { (place) throws(Failure) in
            try body(unsafe Self(place))
        }
    }
}

@available(*, unavailable)
extension Lent: Sendable {}
