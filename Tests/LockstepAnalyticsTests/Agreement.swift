import LockstepModel

/// Whether two figures are both undefined, or equal to 10⁻¹², absolutely or relatively.
func agrees(_ left: Double?, _ right: Double?, within tolerance: Double = 1e-12) -> Bool {
    switch (left, right) {
    case (nil, nil): true
    case (let left?, let right?): abs(left - right) <= tolerance * max(1, abs(right))
    default: false
    }
}

extension Timestamp {
    /// An hour of a day since 1970.
    static func day(_ day: Int64, hour: Int64 = 0) -> Self {
        Self(nanoseconds: (day * 24 + hour) * 3_600_000_000_000)
    }
}
