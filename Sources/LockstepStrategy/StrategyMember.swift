/// A strategy of a run and its seat, as the dispatch goes through them.
@usableFromInline
struct StrategyMember: BitwiseCopyable {
    let strategy: UncountedReference<HostedStrategy>
    @usableFromInline let place: StatePlace
    @usableFromInline let seat: StateReference<StrategySeat>
    /// The place behind the last of the members that follow each other and are of one type.
    @usableFromInline let end: Int

    /// Lists the strategies of a run.
    static func list(_ hosts: StrategyHosts) -> [Self] {
        let strategies = hosts.strategies
        return strategies.indices.map { place in
            let end = strategies[place...].firstIndex { $0.type != strategies[place].type }
            return Self(
                strategy: UncountedReference(strategies[place]), place: strategies[place].place,
                seat: hosts.seats[place].reference, end: end ?? strategies.count)
        }
    }
}

@available(*, unavailable)
extension StrategyMember: Sendable {}
