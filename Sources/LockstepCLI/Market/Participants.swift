import LockstepBacktest
import LockstepModel
import LockstepStrategy

/// Those who took part in an event, alone and as crowds.
struct Participants {
    /// One account over the run.
    struct Member: Hashable, Sendable {
        let name: String
        let account: AccountID
        let start: Money
        let end: Money
        let fees: Money
        /// The crowd it belongs to; nil for one that stands alone.
        let crowd: String?

        /// What it won or lost.
        var profit: Money { Money(units: end.units - start.units) }
    }

    /// Members of one kind together.
    struct Crowd: Hashable, Sendable {
        let name: String
        var count = 0
        var start: Int64 = 0
        var end: Int64 = 0
        var fees: Int64 = 0

        var profit: Int64 { end - start }
    }

    /// All accounts, in the order of the run.
    let members: [Member]
    /// How many accounts the run has, those that trade elsewhere among them.
    let accounts: Int
    let currency: Currency?

    /// Looks at the accounts of a run.
    ///
    /// - Parameters:
    ///   - result: The run.
    ///   - configuration: What was run.
    init(_ result: BacktestResult, _ configuration: BacktestConfiguration) {
        var crowds: [String: String] = [:]
        for plan in configuration.strategies where plan.isAgent {
            let account = configuration.accounts[Int(plan.account.rawValue) - 1].name
            crowds[account] = plan.name.lastIndex(of: "-").map { String(plan.name[..<$0]) }
        }
        // Others trade at other venues of the run.
        let kept = Set(configuration.placedAccounts.filter { $0.venue != nil }.map(\.name))
        accounts = result.accounts.count
        members = result.accounts.enumerated().filter { kept.contains($0.element.name) }.map {
            place, account in
            Member(
                name: account.name, account: AccountID(UInt32(place + 1)),
                start: account.equityStart, end: account.equityEnd,
                fees: account.fees, crowd: crowds[account.name])
        }
        currency = result.accounts.first?.currency
    }

    /// Those who stand alone and the crowds, in the order of the run.
    var crowds: [Crowd] {
        var crowds: [Crowd] = []
        for member in members {
            let name = member.crowd ?? member.name
            let place = crowds.firstIndex { $0.name == name } ?? crowds.count
            if place == crowds.count { crowds.append(Crowd(name: name)) }
            crowds[place].count += 1
            crowds[place].start += member.start.units
            crowds[place].end += member.end.units
            crowds[place].fees += member.fees.units
        }
        return crowds
    }

    /// What all of them brought.
    var start: Int64 { members.reduce(0) { $0 + $1.start.units } }
    /// What all of them have at the end.
    var end: Int64 { members.reduce(0) { $0 + $1.end.units } }
    /// What all of them paid in fees.
    var fees: Int64 { members.reduce(0) { $0 + $1.fees.units } }

    /// The members by profit, the best first; of equal ones the first in the run.
    var ranked: [Member] {
        members.enumerated().sorted {
            ($1.element.profit.units, $0.offset) < ($0.element.profit.units, $1.offset)
        }.map(\.element)
    }
}
