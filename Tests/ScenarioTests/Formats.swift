import Foundation
import LockstepBacktest
import LockstepFeed
import LockstepModel
import LockstepScenarios
import LockstepStrategy

/// The same two hundred minutes of prices in several forms.
enum Formats {
    /// A walk that moves by a few cents, made of squares.
    static let rows = (0..<200 as Range<Int64>).map { place -> Row in
        let open = 10000 + place * place * 7 % 301
        let close = 10000 + (place + 1) * (place + 1) * 7 % 301
        return (open, max(open, close) + 3, min(open, close) - 2, close)
    }

    /// 2024-03-01T00:00:00Z.
    static let start: Int64 = 1_709_251_200

    private static func price(_ ticks: Int64) -> String {
        "\(ticks / 100).\(ticks % 100 < 10 ? "0" : "")\(ticks % 100)"
    }

    /// Times as text, named by the beginning of the bar, all columns called as usual.
    static func iso(to path: String) throws {
        let style = Date.ISO8601FormatStyle()
        var text = "timestamp,open,high,low,close,volume\n"
        for (place, row) in rows.enumerated() {
            let time = Date(timeIntervalSince1970: Double(start + Int64(place) * 60))
            text +=
                "\(style.format(time)),\(price(row.0)),\(price(row.1)),\(price(row.2)),"
                + "\(price(row.3)),1000\n"
        }
        try Data(text.utf8).write(to: URL(filePath: path))
    }

    static func isoLayout() throws -> CSVBarLayout {
        CSVBarLayout(interval: try BarInterval("1m"), stamp: .open)
    }

    /// Times in milliseconds, other names, another order, and a column that nobody reads.
    static func milliseconds(to path: String) throws {
        var text = "vol,c,l,h,o,comment,when\r\n"
        for (place, row) in rows.enumerated() {
            text +=
                "1000,\(price(row.3)),\(price(row.2)),\(price(row.1)),\(price(row.0)),"
                + "\"a, b\",\((start + Int64(place) * 60) * 1000)\r\n"
        }
        try Data(text.utf8).write(to: URL(filePath: path))
    }

    static func millisecondsLayout() throws -> CSVBarLayout {
        var layout = CSVBarLayout(interval: try BarInterval("1m"), stamp: .open)
        layout.timeColumn = "when"
        layout.timeFormat = .milliseconds
        layout.openColumn = "o"
        layout.highColumn = "h"
        layout.lowColumn = "l"
        layout.closeColumn = "c"
        layout.volumeColumn = "vol"
        return layout
    }

    static func plan() throws -> StrategyPlan {
        var parameters = MovingAverageCross.Parameters()
        parameters.symbol = "S1"
        parameters.fast = 3
        parameters.slow = 7
        return try StrategyPlan(MovingAverageCross.self, parameters)
    }

    static func configuration(
        path: String, _ layout: CSVBarLayout
    ) throws -> BacktestConfiguration {
        try Stage.configuration(
            [DataSeries(csv: InstrumentID(1), path: path, layout: layout)], [plan()])
    }

    static func inMemory() throws -> BacktestConfiguration {
        try Stage.configuration([Stage.bars(rows, from: start)], [plan()])
    }
}
