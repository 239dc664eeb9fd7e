extension OrderKind {
    /// The kind with other prices, where it has them.
    package func replacing(limit: Price?, trigger: Price?) -> Self {
        switch self {
        case .market, .marketOnOpen, .marketOnClose, .trailingStop: self
        case .limitOnOpen(let old): .limitOnOpen(limit ?? old)
        case .limitOnClose(let old): .limitOnClose(limit ?? old)
        case .limit(let old, let time, let postOnly):
            .limit(limit ?? old, time, postOnly: postOnly)
        case .limitTaking(let old, let time): .limitTaking(limit ?? old, time)
        case .stop(let old, let time): .stop(trigger ?? old, time)
        case .stopLimit(let stop, let old, let time, let then):
            .stopLimit(stop: trigger ?? stop, limit: limit ?? old, time, then: then)
        case .ifTouched(let old, let oldLimit, let time, let then):
            .ifTouched(
                trigger ?? old, limit: oldLimit == nil ? nil : limit ?? oldLimit, time, then: then)
        }
    }
}
