import Foundation
import LockstepModel
import LockstepRisk
import Testing

@Suite struct RiskLimitsTests {
    @Test func `the text keys are those of the configuration`() throws {
        let text = #"{"max_notional":"1000.5","max_position":"50","max_size":"100"}"#
        let limits = try JSONDecoder().decode(RiskLimits.self, from: Data(text.utf8))
        #expect(limits.maxSize == Quantity(lots: 100))
        #expect(try limits.maxNotional == ExactDecimal("1000.5"))
        #expect(limits.maxPosition == Quantity(lots: 50))
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        #expect(String(decoding: try encoder.encode(limits), as: UTF8.self) == text)
    }

    @Test func `without bounds all keys are written as null`() throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let text = String(decoding: try encoder.encode(RiskLimits.none), as: UTF8.self)
        #expect(text == #"{"max_notional":null,"max_position":null,"max_size":null}"#)
        #expect(try JSONDecoder().decode(RiskLimits.self, from: Data(text.utf8)) == .none)
    }

    @Test func `bounds that a run does not use are not written, others are`() throws {
        let text =
            #"{"clear":[5,7],"daily_loss":"100","drawdown":"0.2","max_gross":"5000","max_net":"3000","#
            + #""max_notional":null,"max_position":null,"max_size":null,"on_breach":"kill","#
            + #""order_rate":"10/1m","#
            + #""price_collar":"0.05"}"#
        let limits = try JSONDecoder().decode(RiskLimits.self, from: Data(text.utf8))
        #expect(limits.orderRate == (try OrderRate(10, per: BarInterval("60s"))))
        #expect(limits.account.drawdown == (try Rate("0.2")))
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        #expect(String(decoding: try encoder.encode(limits), as: UTF8.self) == text)
    }

    @Test(
        "a bound out of range is refused",
        arguments: ["0", "-1", "1.5", "9007199254740992"])
    func range(lots: String) {
        for key in ["max_size", "max_position"] {
            #expect(throws: RiskError.self) {
                try JSONDecoder().decode(
                    RiskLimits.self, from: Data(#"{"\#(key)":"\#(lots)"}"#.utf8))
            }
        }
    }

    @Test func `a notional of nothing is refused`() throws {
        let zero = try ExactDecimal("0")
        #expect(throws: RiskError.limitNotPositive(key: "max_notional", value: zero)) {
            try RiskLimits(maxNotional: zero)
        }
    }

    @Test func `a notional finer than the currency is refused`() throws {
        let fine = try ExactDecimal("0.001")
        #expect(throws: RiskError.limitOutOfRange(key: "max_notional", value: fine)) {
            _ = try Bench(limits: RiskLimits(maxNotional: fine))
        }
    }

    @Test func `from one position bound to the other is the most an order needs`() throws {
        _ = try RiskLimits(maxSize: Quantity(lots: 20), maxPosition: Quantity(lots: 10))
        #expect(
            throws: RiskError.contradictoryLimits(
                key: "max_size", value: ExactDecimal(21), other: "max_position",
                bound: ExactDecimal(10))
        ) {
            try RiskLimits(maxSize: Quantity(lots: 21), maxPosition: Quantity(lots: 10))
        }
    }

    @Test func `accounts stand in the order of their identities`() throws {
        let account = Account(
            id: AccountID(2), name: "main", currency: try Currency("USD"), startingCash: .zero)
        #expect(throws: RiskError.misplacedAccount(account: AccountID(2), position: 1)) {
            _ = try RiskGate(instruments: Instruments([]), accounts: [account])
        }
    }
}
