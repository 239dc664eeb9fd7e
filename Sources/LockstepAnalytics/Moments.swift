/// The count, mean and sum of squared deviations of numbers seen one at a time.
///
/// Constant memory and stable where the spread is small beside the mean. Source: B. P. Welford,
/// "Note on a Method for Calculating Corrected Sums of Squares and Products", Technometrics 4(3),
/// 1962.
struct RunningMoments: Hashable, Sendable {
    private(set) var count = 0
    private(set) var mean = 0.0
    private var squares = 0.0

    mutating func add(_ value: Double) {
        count += 1
        let before = value - mean
        mean += before / Double(count)
        squares += before * (value - mean)
    }

    /// The sample standard deviation (n − 1), or `nil` for less than two values.
    var sampleDeviation: Double? {
        count < 2 ? nil : (squares / Double(count - 1)).squareRoot().ifFinite
    }
}

/// The central moments of a series, from two passes over it.
struct Moments {
    /// Deviations at or below this are no spread but rounding: ratios to them are undefined.
    static let negligible = 1e-12

    let count: Int
    let mean: Double
    /// The means of the second, third and fourth powers of the deviations.
    let second: Double
    let third: Double
    let fourth: Double

    init(_ values: [Double]) {
        count = values.count
        let size = Double(max(1, values.count))
        var sum = CompensatedSum()
        for value in values { sum.add(value) }
        let centre = sum.value / size
        mean = centre
        var squares = CompensatedSum()
        var cubes = CompensatedSum()
        var fourths = CompensatedSum()
        for value in values {
            let deviation = value - centre
            let square = deviation * deviation
            squares.add(square)
            cubes.add(square * deviation)
            fourths.add(square * square)
        }
        second = squares.value / size
        third = cubes.value / size
        fourth = fourths.value / size
    }

    /// The sample standard deviation (n − 1), or `nil` for less than two values.
    var sampleDeviation: Double? {
        guard count > 1 else { return nil }
        let size = Double(count)
        return (second * size / (size - 1)).squareRoot().ifFinite
    }

    /// The sample standard deviation where it is large enough to divide by.
    var divisor: Double? {
        guard let deviation = sampleDeviation, deviation > Self.negligible else { return nil }
        return deviation
    }
}

/// A sum that carries along the part lost to rounding.
///
/// Source: A. Neumaier, "Rundungsfehleranalyse einiger Verfahren zur Summation endlicher Summen",
/// ZAMM 54(1), 1974.
struct CompensatedSum: Hashable, Sendable {
    private var sum = 0.0
    private var lost = 0.0

    var value: Double { sum + lost }

    mutating func add(_ term: Double) {
        let total = sum + term
        lost += abs(sum) >= abs(term) ? (sum - total) + term : (term - total) + sum
        sum = total
    }
}

extension Double {
    /// The number, or `nil` where it is NaN or infinite.
    var ifFinite: Double? { isFinite ? self : nil }

    /// The quotient, or `nil` where the divisor is zero or the result is not finite.
    func over(_ divisor: Double) -> Double? { divisor == 0 ? nil : (self / divisor).ifFinite }
}
