import Foundation
import LockstepBacktest
import LockstepModel
import LockstepStrategy
import Synchronization
import Testing

@Suite struct DocumentationTests {
    private static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    private static func text(_ path: String) throws -> String {
        try String(contentsOf: root.appending(path: path), encoding: .utf8)
    }

    @Test(
        arguments: [
            ("README.md", "Examples/OwnStrategy/GoldenCross.swift"),
            ("Docs/writing-a-strategy.md", "Examples/OwnStrategy/GoldenCross.swift"),
            ("Docs/writing-a-strategy.md", "Examples/OwnStrategy/main.swift"),
            ("Docs/event-bus.md", "Tests/LockstepReportsTests/EquityFloor.swift"),
            ("Docs/event-bus.md", "Tests/LockstepReportsTests/FillReview.swift"),
        ])
    func `code that a page shows is code that is built`(page: String, file: String) throws {
        let block = "```swift\n" + (try Self.text(file)) + "```\n"
        #expect(try Self.text(page).contains(block), "\(page) does not show \(file) as it is")
    }

    @Test func `links between the pages lead somewhere`() throws {
        let pages =
            ["README.md"]
            + (try FileManager.default.contentsOfDirectory(
                atPath: Self.root.appending(path: "Docs").path))
            .filter { $0.hasSuffix(".md") }.map { "Docs/" + $0 }
        for page in pages {
            let place = Self.root.appending(path: page).deletingLastPathComponent()
            for match in try Self.text(page).matches(of: /\]\(([^)#:]+)\)/) {
                let target = place.appending(path: String(match.output.1)).path
                #expect(
                    FileManager.default.fileExists(atPath: target),
                    "\(page) links to \(match.output.1), which does not exist")
            }
        }
    }

    @Test func `the documented review sees each fill and changes no digest`() throws {
        // Ten lots at a limit of 101.00: the second bar opens there and fills them at once.
        var parameters = Wisher.Parameters()
        parameters.limit = 10_100
        let plan = try StrategyPlan(Wisher.self, parameters)
        let alone = try Sample.configuration([plan])
        let seen = Mutex<[Fill]>([])
        var reviewed = alone
        reviewed.services = [
            ServicePlan { loop, _ in
                FillReview(on: loop) { fill in seen.withLock { $0.append(fill) } }
            }
        ]
        let first = try Backtest(alone, recording: .inMemory).runHere()
        let second = try Backtest(reviewed, recording: .inMemory).runHere()
        #expect(first.fills.map(\.price) == [Price(ticks: 10_100)])
        #expect(seen.withLock { $0 } == first.fills)
        #expect(second.digest == first.digest)
    }

    @Test func `the documented service halts trading from the next step on`() throws {
        // The floor lies above what the account begins with, so the first snapshot is below it:
        // the wish of the first bar passes and is cancelled, those of the second and third are refused.
        var parameters = Wisher.Parameters()
        parameters.repeats = true
        var configuration = try Sample.configuration([try StrategyPlan(Wisher.self, parameters)])
        configuration.services = [
            ServicePlan { loop, _ in EquityFloor(on: loop, floor: Money(units: 200_000_000_000)) }
        ]
        let result = try Backtest(configuration).runHere()
        #expect(result.orders.accepted == 1)
        #expect(result.orders.rejected == 2)
        #expect(result.orders.cancelled == 1)
        #expect(result.reasons.map(\.reason) == [.killed])
        #expect(result.halts.map(\.reason) == [.drawdown])
    }
}
