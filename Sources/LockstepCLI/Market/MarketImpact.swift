import LockstepBacktest
import LockstepFiles
import LockstepModel
import LockstepReports

/// What one participant changed: an event with it, less the same event without it.
struct MarketImpact {
    /// One outcome in both runs.
    struct Outcome: Hashable, Sendable {
        let name: String
        /// The largest difference of the YES price at any time, with its sign.
        let most: Double
        /// When.
        let time: Timestamp?
        /// The mean difference over the time of the event.
        let mean: Double
    }

    /// One participant or crowd in both runs, in units of the currency.
    struct Party: Hashable, Sendable {
        let name: String
        let with: Int64
        let without: Int64

        var change: Int64 { with - without }
    }

    let name: String
    let outcomes: [Outcome]
    let parties: [Party]
    /// The single participants whose results changed.
    let touched: Int
    let members: Int
    private let currency: Currency?

    /// Subtracts two runs.
    ///
    /// - Parameters:
    ///   - name: The participant.
    ///   - with: The run with it: what was seen, and who took part.
    ///   - without: The run without it.
    init(
        of name: String, with: (sight: MarketWatch.Sight, participants: Participants),
        without: (sight: MarketWatch.Sight, participants: Participants)
    ) {
        self.name = name
        outcomes = zip(with.sight.outcomes, without.sight.outcomes).map {
            Self.difference($0, $1, until: with.sight.time)
        }
        parties = zip(with.participants.crowds, without.participants.crowds).map {
            Party(name: $0.name, with: $0.profit, without: $1.profit)
        }
        let pairs = zip(with.participants.members, without.participants.members)
        touched = pairs.count { $0.name != name && $0.profit != $1.profit }
        members = with.participants.members.count
        currency = with.participants.currency
    }

    private static func difference(
        _ with: MarketWatch.Outcome, _ without: MarketWatch.Outcome, until end: Timestamp?
    ) -> Outcome {
        // Both courses change only at these times.
        var times = with.course.map(\.time) + without.course.map(\.time)
        times.sort()
        var most = 0.0
        var when: Timestamp?
        var area = 0.0
        for (place, time) in times.enumerated() {
            guard let one = with.prices(at: time), let other = without.prices(at: time) else {
                continue
            }
            let difference = one.yes - other.yes
            if abs(difference) > abs(most) { (most, when) = (difference, time) }
            let next = place + 1 < times.count ? times[place + 1] : end ?? time
            area += difference * Double(next.nanoseconds - time.nanoseconds)
        }
        let span = times.first.flatMap { first in
            end.map { Double($0.nanoseconds - first.nanoseconds) }
        }
        let mean = span.map { $0 > 0 ? area / $0 : 0 } ?? 0
        return Outcome(name: with.name, most: most, time: when, mean: mean)
    }

    /// The report.
    var text: String {
        func signed(_ value: Double) -> String {
            (value < 0 ? "-" : "+") + Millionths.price(abs(value))
        }
        func money(_ units: Int64) -> String {
            currency.map { FigureText.money(Money(units: units), $0) } ?? "\(units)"
        }
        var prices = TextTable([
            .words("YES of"), .figures("moved at most"), .words("at"), .figures("on average"),
        ])
        for outcome in outcomes {
            prices.add([
                outcome.name, signed(outcome.most), outcome.time.map { "\($0)" } ?? "never",
                signed(outcome.mean),
            ])
        }
        var profits = TextTable([
            .words("Profit of"), .figures("with"), .figures("without"), .figures("difference"),
        ])
        for party in parties {
            profits.add([
                party.name, money(party.with), money(party.without), money(party.change),
            ])
        }
        let house = -parties.reduce(0) { $0 + $1.change }
        profits.add(["the house", "", "", money(house)])
        return
            (["What \(name) changed:"] + prices.lines + [""] + profits.lines + [
                "",
                "\(FigureText.count(touched)) of \(FigureText.count(members - 1)) other participants "
                    + "end with another result.",
            ]).joined(separator: "\n") + "\n"
    }

    /// The same for other programs.
    var json: JSONValue {
        [
            "strategy": .string(name), "touched": .integer(Int64(touched)),
            "prices": .array(
                outcomes.map { outcome in
                    [
                        "outcome": .string(outcome.name), "most": .number(outcome.most),
                        "at": .optional(outcome.time?.description), "mean": .number(outcome.mean),
                    ]
                }),
            "profits": .array(
                parties.map { party in
                    [
                        "name": .string(party.name), "with": .string(Millionths.text(party.with)),
                        "without": .string(Millionths.text(party.without)),
                        "difference": .string(Millionths.text(party.change)),
                    ]
                }),
        ]
    }
}
