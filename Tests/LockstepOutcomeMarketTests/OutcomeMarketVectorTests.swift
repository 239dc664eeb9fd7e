import Foundation
import LockstepOutcomeMarket
import Testing

/// The cases of a folder, by default `Tests/Vectors/outcome-market`; its README defines each field.
enum OutcomeMarketVectors {
    /// The folder; the environment may name another one with files of the same form.
    static var folder: URL {
        if let other = ProcessInfo.processInfo.environment["LOCKSTEP_OUTCOME_VECTORS"] {
            return URL(filePath: other)
        }
        return URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Vectors/outcome-market")
    }

    /// The names of the files, sorted.
    static func names() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path)
            .filter { $0.hasSuffix(".json") }.sorted()
    }

    static func file(_ name: String) throws -> VectorValue {
        let data = try Data(contentsOf: folder.appending(path: name))
        return try JSONDecoder().decode(VectorValue.self, from: data)
    }
}

@Suite struct OutcomeMarketVectorTests {
    @Test func `there are vectors`() throws {
        #expect(try !OutcomeMarketVectors.names().isEmpty)
    }

    @Test(arguments: try OutcomeMarketVectors.names())
    func `every step gives what the reference gave`(name: String) throws {
        let file = try OutcomeMarketVectors.file(name)
        var market = try VectorMarket(file)
        let steps = try #require(file["steps"]?.list)
        for (index, step) in steps.enumerated() {
            let found = try market.take(step)
            guard let wanted = step["expect"] else { continue }
            var comparison = VectorComparison(
                moneyTolerance: Int128(file["tolerance"]?["money"]?.whole ?? 0),
                priceTolerance: file["tolerance"]?["price"]?.decimal.flatMap(Double.init) ?? 0)
            comparison.compare(found, wanted, "\(name) step \(index)")
            for difference in comparison.differences {
                Issue.record("\(difference)")
            }
        }
        if file["init"] == nil { try market.engine.checkInvariants() }
    }
}
