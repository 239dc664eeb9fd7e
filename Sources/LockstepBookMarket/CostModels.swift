import LockstepMarket
import LockstepModel

/// The cost models, and what changes with the fills they have seen.
struct CostModels: Sendable, Codable {
    var fees: FeeSchedule
    var slippage: Slippage
    var random: RandomStream
    /// The fee where it is a built-in one.
    let plainFee: ProportionalFee?
    /// Whether any fill may be slipped.
    let slips: Bool
    /// Whether a model may be changed by a fill.
    let mayChange: Bool

    init(fees: FeeSchedule, slippage: Slippage, random: RandomStream) {
        self.fees = fees
        self.slippage = slippage
        self.random = random
        slips = !slippage.isNone
        let customSlippage = if case .custom = slippage { true } else { false }
        switch fees {
        case .none: plainFee = ProportionalFee()
        case .proportional(let model): plainFee = model
        case .makerTaker, .perLot, .tiered, .custom: plainFee = nil
        }
        let changingFee =
            switch fees {
            case .none, .proportional, .makerTaker, .perLot: false
            case .tiered, .custom: true
            }
        mayChange = customSlippage || changingFee
    }
}
