extension [UInt8] {
    /// Makes a buffer at least so long; the bytes it has stay, and new ones are zero.
    package mutating func lengthen(to count: Int) {
        // In one piece: added one by one, as a build for debugging does it, they take milliseconds.
        if self.count < count { self += [UInt8](repeating: 0, count: count - self.count) }
    }
}
