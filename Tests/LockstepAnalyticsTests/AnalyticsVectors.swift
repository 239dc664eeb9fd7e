import Foundation
import LockstepAnalytics
import Testing

/// The cases of a file below `Tests/Vectors/analytics`; its README defines every field.
struct VectorFile: Decodable {
    struct Inputs: Decodable {
        let file: String?
        let returns: String?
        let benchmark: String?
        let trialSharpes: [Double]?
        let values: [Double]?
        let pnl: [Double]?
        let initialRisk: [Double]?

        enum CodingKeys: String, CodingKey {
            case file, returns, benchmark, values, pnl
            case trialSharpes = "trial_sharpes"
            case initialRisk = "initial_risk"
        }
    }

    struct Tolerance: Decodable {
        let rel: Double
        let abs: Double
    }

    struct Case: Decodable, CustomTestStringConvertible {
        let id: String
        let inputs: Inputs
        let params: [String: Double]
        let tol: Tolerance
        let expected: [String: Double?]

        var testDescription: String { id }

        /// Every expected name is known, and every value is met within the tolerance.
        func expect(_ figures: [String: Double?]) {
            #expect(!expected.isEmpty)
            for (name, wanted) in expected.sorted(by: { $0.key < $1.key }) {
                guard let found = figures[name] else {
                    Issue.record("\(id): nothing computes \(name)")
                    continue
                }
                switch (found, wanted) {
                case (nil, nil): continue
                case (let found?, let wanted?):
                    #expect(
                        Swift.abs(found - wanted) <= max(tol.abs, tol.rel * Swift.abs(wanted)),
                        "\(id): \(name) is \(found), expected \(wanted)")
                default:
                    let shown = (found.map(\.description), wanted.map(\.description))
                    Issue.record("\(id): \(name) is \(shown.0 ?? "nil"), not \(shown.1 ?? "nil")")
                }
            }
        }
    }

    let cases: [Case]

    static func folder(_ file: String = #filePath) -> URL {
        URL(filePath: file).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Vectors/analytics")
    }

    static func cases(_ name: String) throws -> [Case] {
        let data = try Data(contentsOf: folder().appending(path: "cases/\(name).json"))
        return try JSONDecoder().decode(Self.self, from: data).cases
    }

    /// A column of a CSV file without quoted fields.
    static func column(_ name: String, of file: String) throws -> [Double] {
        let text = try String(contentsOf: folder().appending(path: file), encoding: .utf8)
        let rows = text.split(whereSeparator: \.isNewline).map {
            $0.split(separator: ",", omittingEmptySubsequences: false)
        }
        let header = try #require(rows.first)
        let index = try #require(header.firstIndex { $0 == name })
        return try rows.dropFirst().map { try #require(Double(String($0[index]))) }
    }
}
