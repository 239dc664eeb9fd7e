import LockstepModel

/// A slow and plain market for all kinds of orders: it visits each price of a bar's path and asks,
/// at each of them, which order acts first, until none does.
///
/// It shares nothing with the engine but the model's words.
struct SlowMatcher {
    struct Entry {
        let number: Int
        let side: Side
        let kind: OrderKind
        var lots: Int64
        let reduceOnly: Bool
        let parent: Int?
        let group: Int?
        /// Its place in the queue.
        var turn: Int
        /// The bar before which it came.
        let hour: Int64
        var filled: Int64 = 0
        var cut: Int64 = 0
        /// What its parent got; nil once it needs none.
        var released: Int64?
        var held: Int64 = 0
        var triggered = false
        var best: Int64?
        /// The visit at which it became active.
        var freshAt: Int?
        var stalled = false
        var ended = false
        var wasTried = false

        var buys: Bool { side == .buy }

        var active: Int64 {
            guard let released else { return lots }
            return max(0, min(lots, released - filled - cut))
        }

        var isStop: Bool {
            switch kind {
            case .stop, .stopLimit, .trailingStop: true
            default: false
            }
        }
    }

    var entries: [Entry] = []
    var cash: Int64
    var position: Int64
    var highFirst: Bool
    var through: Int64 = 0
    /// Whether an account may be short and in debt.
    var isFree = false
    /// The share of the volume in hundredths; nil for all.
    var percent: Int64?
    private(set) var log: [String] = []
    private var budget = Int64.max

    init(cash: Int64, position: Int64, highFirst: Bool) {
        self.cash = cash
        self.position = position
        self.highFirst = highFirst
    }

    /// Forgets what was told.
    mutating func clearLog() { log = [] }

    // MARK: Commands

    mutating func cancel(_ number: Int) {
        guard let place = entries.firstIndex(where: { $0.number == number && !$0.ended }) else {
            return
        }
        end(place, "cancelled byStrategy")
    }

    // MARK: A bar

    mutating func meet(_ bar: Bar, hour: Int64) {
        let (high, low) = (bar.high.ticks, bar.low.ticks)
        let corners =
            [bar.open.ticks] + (highFirst ? [high, low] : [low, high]) + [bar.close.ticks]
        budget = .max
        if let percent, let volume = bar.volume { budget = volume.lots * percent / 100 }
        for place in entries.indices {
            entries[place].stalled = false
            entries[place].freshAt = nil
        }
        for (visit, price) in TickWalker.prices(corners).enumerated() {
            while let place = first(at: price, visit, hour, low...high) {
                act(place, price, visit, hour, low...high)
            }
            for place in entries.indices where isAlive(place, hour) {
                entries[place].wasTried = true
                if case .trailingStop = entries[place].kind, entries[place].active > 0 {
                    let best = entries[place].best ?? price
                    entries[place].best = entries[place].buys ? min(best, price) : max(best, price)
                }
            }
        }
    }

    private func isAlive(_ place: Int, _ hour: Int64) -> Bool {
        !entries[place].ended && entries[place].hour <= hour
    }

    // MARK: Who acts

    private func first(
        at price: Int64, _ visit: Int, _ hour: Int64, _ range: ClosedRange<Int64>
    ) -> Int? {
        let able = entries.indices
            .filter { isAlive($0, hour) && acts($0, price, visit) }
            .sorted { entries[$0].turn < entries[$1].turn }
        guard let first = able.first else { return nil }
        if entries[first].isStop { return first }
        let key = entries[first].group ?? entries[first].number
        return able.first {
            entries[$0].isStop && (entries[$0].group ?? entries[$0].number) == key
        } ?? first
    }

    private func acts(_ place: Int, _ price: Int64, _ visit: Int) -> Bool {
        let entry = entries[place]
        if entry.stalled || entry.active <= 0 { return false }
        func atLimit(_ limit: Price) -> Bool {
            entry.buys ? price <= limit.ticks - through : price >= limit.ticks + through
        }
        func above(_ level: Price) -> Bool {
            entry.buys ? price >= level.ticks : price <= level.ticks
        }
        func below(_ level: Price) -> Bool {
            entry.buys ? price <= level.ticks : price >= level.ticks
        }
        let atOnce = visit == 0 || entry.freshAt == visit
        switch entry.kind {
        case .market: return atOnce
        case .limit(let level, _, postOnly: true) where !entry.wasTried:
            // It asks for a price that takes: to be rejected.
            return below(level)
        case .limit(let level, _, _): return atLimit(level)
        case .limitTaking: return atOnce
        case .stop(let level, _): return entry.triggered ? atOnce : above(level)
        case .stopLimit(let stop, let limit, _, _):
            return entry.triggered ? atLimit(limit) : above(stop)
        case .trailingStop(let trail, _):
            if entry.triggered { return atOnce }
            guard let best = entry.best, case .distance(let ticks) = trail else { return false }
            return entry.buys ? price >= best + ticks : price <= best - ticks
        case .ifTouched(let level, let limit, _, _):
            if !entry.triggered { return below(level) }
            if let limit { return atLimit(limit) }
            return atOnce
        default: return false
        }
    }

    // MARK: What it does

    private mutating func act(
        _ place: Int, _ price: Int64, _ visit: Int, _ hour: Int64, _ range: ClosedRange<Int64>
    ) {
        var isLimit = false
        var justTriggered = false
        var limit: Int64 = 0
        var then: TakingTimeInForce?
        let wasTriggered = entries[place].triggered
        switch entries[place].kind {
        case .limit(_, _, postOnly: true) where !entries[place].wasTried:
            return end(place, "rejected wouldTake")
        case .limitTaking(let level, let taking):
            (isLimit, limit) = (true, level.ticks)
            let isMet =
                entries[place].buys
                ? price <= limit - through : price >= limit + through
            if !isMet {
                return end(
                    place,
                    taking == .fillOrKill ? "cancelled notFillable" : "cancelled immediateRest")
            }
        case .limit(let level, _, _): (isLimit, limit) = (true, level.ticks)
        case .stopLimit(_, let level, _, let taking):
            (isLimit, limit, then) = (true, level.ticks, taking)
            justTriggered = !entries[place].triggered
        case .ifTouched(_, let level?, _, let taking):
            (isLimit, limit, then) = (true, level.ticks, taking)
            justTriggered = !entries[place].triggered
        case .stop, .trailingStop, .ifTouched: entries[place].triggered = true
        default: break
        }
        if justTriggered {
            entries[place].triggered = true
            tell(place, "triggered")
            let buys = entries[place].buys
            let isMet = buys ? price <= limit - through : price >= limit + through
            if !isMet {
                if then == .immediateOrCancel { end(place, "cancelled immediateRest") }
                if then == .fillOrKill { end(place, "cancelled notFillable") }
                return
            }
        }
        let isNew = visit == 0 || justTriggered || entries[place].freshAt == visit
        let paid =
            isLimit && !isNew
            ? min(max(limit, range.lowerBound), range.upperBound) : price
        let triggersNow = entries[place].triggered && !wasTriggered && !isLimit
        fill(place, paid, price, visit, hour, then, triggersNow: triggersNow)
    }

    private mutating func fill(
        _ place: Int, _ price: Int64, _ visited: Int64, _ visit: Int, _ hour: Int64,
        _ then: TakingTimeInForce?,
        triggersNow: Bool
    ) {
        let entry = entries[place]
        var taking = then
        switch entry.kind {
        case .market(let own): taking = own
        case .limitTaking(_, let own): taking = own
        default: break
        }
        let reducible = entry.buys ? max(0, -position) : max(0, position)
        let asked = entry.active
        var lots = asked
        if entry.reduceOnly {
            if reducible == 0 { return end(place, "cancelled reduceOnly") }
            lots = min(lots, reducible)
        }
        if lots > budget {
            if taking == .fillOrKill { return end(place, "cancelled notFillable") }
            lots = budget
            if triggersNow { tell(place, "triggered") }
            if lots == 0 {
                entries[place].stalled = true
                if taking == .immediateOrCancel { end(place, "cancelled immediateRest") }
                return
            }
        }
        let isAffordable = entry.buys ? price * lots <= cash : reducible >= lots
        if !isAffordable && !isFree { return end(place, "cancelled insufficientAtFill") }
        cash += (entry.buys ? -1 : 1) * price * lots
        position += (entry.buys ? 1 : -1) * lots
        if budget != .max { budget -= lots }
        entries[place].lots -= lots
        entries[place].filled += lots
        log.append(
            "\(entry.number) fills \(lots) at \(price)\(visit == 0 ? " open" : "") "
                + "left \(entries[place].lots)")
        var rest: String?
        if entries[place].lots == 0 {
            entries[place].ended = true
        } else if entry.reduceOnly && lots == reducible && asked > lots {
            rest = "cancelled reduceOnly"
        } else if taking == .immediateOrCancel {
            rest = "cancelled immediateRest"
        } else if asked > lots {
            entries[place].stalled = true
        }
        if let rest {
            entries[place].ended = true
            tell(place, rest)
        }
        tellOthers(place, lots, visited, visit, hour)
        if entries[place].ended { endChildren(place) }
    }

    private mutating func tellOthers(
        _ place: Int, _ lots: Int64, _ price: Int64, _ visit: Int, _ hour: Int64
    ) {
        let entry = entries[place]
        for other in entries.indices where other != place && !entries[other].ended {
            let peer = entries[other]
            if (peer.group ?? peer.number) == (entry.group ?? entry.number) {
                guard peer.reduceOnly || peer.released != nil else {
                    end(other, "cancelled ocoPeer")
                    continue
                }
                if peer.lots <= lots {
                    end(other, "cancelled ocoPeer")
                } else {
                    entries[other].lots -= lots
                    entries[other].cut += lots
                    tell(other, "amended ocoPeer")
                }
            } else if peer.parent == entry.number, let released = peer.released {
                if peer.active == 0 { entries[other].best = nil }
                entries[other].released = released + lots
                entries[other].freshAt = visit
                entries[other].stalled = false
                if case .trailingStop = peer.kind, entries[other].best == nil, isAlive(other, hour)
                {
                    entries[other].best = price
                }
            }
        }
    }

    private mutating func endChildren(_ place: Int) {
        for other in entries.indices
        where !entries[other].ended && entries[other].parent == entries[place].number {
            let child = entries[other]
            guard let released = child.released else { continue }
            let most = max(0, released - child.filled - child.cut)
            if child.lots <= most { continue }
            if most == 0 {
                end(other, "cancelled parentEnded")
            } else {
                entries[other].lots = most
                tell(other, "amended parentEnded")
            }
        }
    }

    private mutating func end(_ place: Int, _ why: String) {
        entries[place].ended = true
        tell(place, why)
        endChildren(place)
    }

    private mutating func tell(_ place: Int, _ what: String) {
        log.append("\(entries[place].number) \(what) left \(entries[place].lots)")
    }
}
