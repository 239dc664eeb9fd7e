import LockstepBacktest
import LockstepFiles
import LockstepMarket
import LockstepReports

/// The rules by which venues fill, so that nobody has to guess what was assumed.
enum RulesText {
    /// A line or a few for each venue, at most the first three.
    ///
    /// - Parameter venues: The venues of a run.
    /// - Returns: Lines of at most 80 columns.
    static func lines(_ venues: [BacktestConfiguration.Venue]) -> [String] {
        venues.prefix(3).flatMap { venue in
            wrapped(["\(venue.name) (\(venue.market.kind))"] + settings(venue.market))
        } + (venues.count > 3 ? ["         and \(venues.count - 3) more in manifest.json"] : [])
    }

    private static func settings(_ market: any MarketDescription) -> [String] {
        guard let value = try? JSONValue(encoding: market), case .object(let members) = value
        else { return [] }
        return members.map { "\($0.name) \(words($0.value))" }
    }

    /// A value without quotes and braces: the words of a table follow each other.
    private static func words(_ value: JSONValue) -> String {
        switch value {
        case .string(let text): text
        case .object(let members):
            members.map { $0.name == "kind" ? words($0.value) : "\($0.name) \(words($0.value))" }
                .joined(separator: " ")
        default: value.text()
        }
    }

    /// Breaks between settings, never within one.
    private static func wrapped(_ parts: [String]) -> [String] {
        var lines: [String] = []
        var line = "Rules    "
        for (place, part) in parts.enumerated() {
            let text = part + (place + 1 < parts.count ? "," : "")
            if line.count + text.count > 79 {
                lines.append(line)
                line = "         "
            }
            line += (line.hasSuffix(" ") ? "" : " ") + text
        }
        return lines + [line]
    }
}
