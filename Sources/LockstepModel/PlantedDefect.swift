#if PLANTED_DEFECTS
    import Synchronization

    /// A wrong version of a part of a run, to show that the checks find it.
    ///
    /// Only builds with `PLANTED_DEFECTS` have these; `make defects` makes one. A place with a defect
    /// asks `isOn`, and does the wrong thing there.
    @usableFromInline
    package enum PlantedDefect: Int, CaseIterable, Sendable {
        // Bus and barrier.
        case acknowledgeEarly = 1
        case countAfterQueueing
        case perQueueBarrier
        case barrierIgnoresAsync
        case lostWakeUp
        case doubleDone
        case droppedEvent
        // Order.
        case arrivalOrderNumbering
        case orderByProducerAlone
        case emissionsReversed
        case latestDeliveryFirst
        case causeOfWhoeverWasLast
        case internByArrival
        case hashOrderedIteration
        case fillBeforeDecision
        case decisionBeforeMarket
        case stepOffByOne
        case timerOneStepLate
        // Failure.
        case firstFailureByArrival
        case goOnAfterFailure
        // Accounting.
        case feeRoundedUp
        case bookedTwice
        case lotsLastInFirstOut
        // Audit.
        case rejectionWithoutRecord
        case recordLost

        private static let switched = Atomic<Int>(0)

        /// Which one is switched on, in the whole process.
        package static var current: PlantedDefect? {
            get { PlantedDefect(rawValue: switched.load(ordering: .relaxed)) }
            set { switched.store(newValue?.rawValue ?? 0, ordering: .relaxed) }
        }

        /// Whether the wrong thing is to be done.
        @usableFromInline package var isOn: Bool {
            Self.switched.load(ordering: .relaxed) == rawValue
        }
    }
#endif
