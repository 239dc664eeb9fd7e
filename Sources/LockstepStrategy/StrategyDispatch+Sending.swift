import LockstepBus
import LockstepModel

/// How what strategies ask for is published; mutating for the reason told of the telling.
extension StrategyDispatch {
    /// Publishes what a handler asked for, in order; mostly that is new orders.
    @inline(never)
    mutating func send(_ seat: StateReference<StrategySeat>) throws {
        if seat.value.isUnusual { return try sendAll(seat) }
        if seat.value.placed == 1 {
            try publish(seat.value.orders.list.reference(at: seat.value.orders.list.count &- 1))
            seat.value.placed = 0
            seat.value.attention.subtract(.sending)
        } else {
            try send(seat, from: seat.value.orders.list.count &- seat.value.placed)
        }
    }

    /// Publishes the new orders from a place on.
    @inline(never)
    private mutating func send(_ seat: StateReference<StrategySeat>, from first: Int) throws {
        var place = first
        while place < seat.value.orders.list.count {
            try publish(seat.value.orders.list.reference(at: place))
            place &+= 1
        }
        seat.value.placed = 0
        seat.value.attention.subtract(.sending)
    }

    @inline(__always)
    private mutating func publish(_ order: StateReference<OpenOrder>) throws {
        if let direct {
            try direct.use { direct throws in
                try direct.publisher.publish(made: { order.value.intent })
            }
        } else {
            try publishElsewhere(order)
        }
    }

    @inline(never)
    private mutating func publishElsewhere(_ order: StateReference<OpenOrder>) throws {
        try outlet.publish(order.value.intent)
    }

    /// Publishes what was asked for besides new orders, and the orders around it.
    @inline(never)
    private mutating func sendAll(_ seat: StateReference<StrategySeat>) throws {
        if let failure = seat.value.failure { throw failure }
        let first = seat.value.orders.list.count - seat.value.placed
        var place = first
        for aside in seat.value.asides {
            while place < first + aside.placed {
                try publish(seat.value.orders.list.reference(at: place))
                place += 1
            }
            switch aside.content {
            case .intent(let intent): try outlet.publish(intent)
            case .wake(let wake): try outlet.publish(wake)
            case .note(let note): try outlet.publish(note)
            case .halt(let halt): try outlet.publish(halt)
            }
        }
        seat.value.asides.removeAll(keepingCapacity: true)
        seat.value.isUnusual = false
        try send(seat, from: place)
    }
}
