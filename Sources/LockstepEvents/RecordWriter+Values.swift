public import LockstepBus
public import LockstepModel

extension RecordWriter {
    /// Writes an instant relative to the record's time.
    @inlinable @inline(__always)
    mutating func time(_ time: Timestamp) { self.time(time.nanoseconds) }

    /// Writes the number of a case.
    @inlinable @inline(__always)
    mutating func enumeration(_ number: UInt8) { unsigned(UInt64(number)) }

    /// Writes the number of something.
    @inlinable @inline(__always)
    mutating func identity(_ number: UInt32) { unsigned(UInt64(number)) }
}
