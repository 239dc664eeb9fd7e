import LockstepModel

/// What the peer itself produced: `expected.json` of a case.
struct ExpectedResult: Decodable {
    struct Peer: Decodable {
        let name: String
        let version: String
    }

    /// A fee rate, or a fixed fee and a rate.
    struct Commission: Decodable {
        let fixed: Double
        let rate: Double

        init(from decoder: any Decoder) throws {
            if var list = try? decoder.unkeyedContainer() {
                fixed = try list.decode(Double.self)
                rate = try list.decode(Double.self)
            } else {
                fixed = 0
                rate = try decoder.singleValueContainer().decode(Double.self)
            }
        }
    }

    struct Settings: Decodable {
        let cash: Double
        let commission: Commission
        let spread: Double?
        let margin: Double?
        /// Settings that are on, and those this reader does not know.
        let others: [String]

        /// Whether a new order closes what is open first.
        let isExclusive: Bool

        private enum CodingKeys: String, CodingKey, CaseIterable {
            case cash, commission, spread, margin, feeRate, exclusiveOrders
        }

        /// Settings that say of the data what the data say themselves.
        private static let silent = ["pricePrecision", "tick", "netting"]

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            cash = try container.decode(Double.self, forKey: .cash)
            guard let key = [.commission, .feeRate].first(where: { container.contains($0) })
            else { throw LeftOut("its fees and settings are of another kind") }
            commission = try container.decode(Commission.self, forKey: key)
            isExclusive =
                try container.decodeIfPresent(Bool.self, forKey: .exclusiveOrders) ?? false
            spread = try container.decodeIfPresent(Double.self, forKey: .spread)
            margin = try container.decodeIfPresent(Double.self, forKey: .margin)
            let all = try decoder.container(keyedBy: AnyKey.self)
            let known = CodingKeys.allCases.map(\.rawValue) + Self.silent
            others = all.allKeys.filter { key in
                !known.contains(key.stringValue)
                    && (try? all.decode(Bool.self, forKey: key)) != false
            }.map(\.stringValue).sorted()
        }
    }

    /// A closed or an open trade of either peer; each tells a part of it.
    struct Trade: Decodable {
        let instrument: String?
        let size: Double?
        let entryBar: Int?
        let exitBar: Int?
        let entryTime: String?
        let exitTime: String?
        let entryPrice: Double?
        let exitPrice: Double?
        let price: Double?
        let commission: Double?
        let pnl: Double?
        let pnlNet: Double?
        let returnPct: Double?
        let fees: Double?
    }

    /// A fill of a peer that tells its fills.
    struct PeerFill: Decodable {
        let time: String
        let side: String
        let size: Double
        let price: Double
        let fee: Double
    }

    struct Order: Decodable {
        let instrument: String
        let side: String
        let size: Double
        let status: String
        let done: String?
        let fillPrice: Double?
        let commission: Double?
    }

    /// The equity at the close of one bar.
    struct EquitySample: Decodable {
        let bar: Int
        let time: String
        let value: Double

        init(from decoder: any Decoder) throws {
            var list = try decoder.unkeyedContainer()
            bar = try list.decode(Int.self)
            time = try list.decode(String.self)
            value = try list.decode(Double.self)
        }
    }

    let peer: Peer
    let config: Settings
    let instruments: [String]?
    let bars: Int
    let firstCallBar: Int?
    let firstCallBar1Based: Int?
    let stats: [String: Double?]
    let trades: [Trade]
    let fills: [PeerFill]?
    let openTrades: [Trade]?
    let openPositions: [Trade]?
    let orders: [Order]?
    let ordersCancelled: Int?
    let ordersPendingAtEnd: Int?
    let equitySamples: [EquitySample]
}

/// A key of any name.
struct AnyKey: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(stringValue: String) { self.stringValue = stringValue }

    init?(intValue: Int) { nil }
}

/// Why a case is not run: it needs more than is built, or says what this reader does not know.
struct LeftOut: Error, CustomStringConvertible {
    let description: String

    init(_ reason: String) { description = reason }
}
