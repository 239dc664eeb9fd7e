import LockstepBacktest
import LockstepModel

extension BacktestResult {
    /// Why a run that has ended without a fill has none, as sentences; empty when there is a fill.
    var noFillExplanation: [String] {
        if orders.fills > 0 { return [] }
        guard orders.intents > 0 else {
            return status == .failed ? [] : ["No order was filled: no strategy asked for one."]
        }
        var causes: [String] = []
        if orders.rejected > 0 {
            causes.append(
                Self.told(orders.rejected, "was refused", "were refused") + most(of: 1..<40))
        }
        let ended = orders.cancelled + orders.expired
        if ended > 0 {
            causes.append(
                Self.told(ended, "ended unfilled", "ended unfilled") + most(of: 40..<70))
        }
        if orders.open > 0 {
            causes.append(
                Self.told(orders.open, "still worked", "still worked")
                    + " when the run ended, as no later bar met its terms")
        }
        if causes.isEmpty { causes.append("the run ended before the market answered") }
        return ["No order was filled: \(causes.joined(separator: "; "))."]
    }

    /// The reason given most often among those of a range; the lowest number where several were.
    private func most(of range: Range<UInt8>) -> String {
        let given = reasons.filter { range.contains($0.reason.rawValue) }
        guard let count = given.map(\.count).max(),
            let first = given.first(where: { $0.count == count })
        else { return "" }
        return ", mostly for \(first.reason.name) (\(FigureText.count(count)))"
    }

    private static func told(_ count: Int, _ one: String, _ many: String) -> String {
        "\(FigureText.count(count)) \(count == 1 ? one : many)"
    }
}
