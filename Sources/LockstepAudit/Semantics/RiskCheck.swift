import LockstepEvents
import LockstepModel

/// The rule `risk`: every intent is judged once in its step, and an order goes on only as its
/// intent passed.
struct RiskCheck: Sendable {
    /// Takes an order that passed.
    ///
    /// - Returns: The place of its intent, where it has one.
    func take(
        _ order: OrderRecord, cause: SequenceNumber, _ scope: borrowing StepScope,
        _ findings: inout SemanticFindings
    ) -> Int? {
        findings.examine(.risk)
        findings.check(
            .risk, order.intent == cause, expected: "intent \(cause.rawValue), which caused it",
            found: "intent \(order.intent.rawValue)")
        guard let place = scope.pendingIntent(at: cause.rawValue) else {
            missing(cause, scope, &findings)
            return nil
        }
        let asked = scope.intents[place].intent.id
        findings.check(
            .risk, order.id == asked, expected: "\(asked.text), as was asked",
            found: order.id.text)
        return place
    }

    /// Takes a refusal by risk.
    ///
    /// - Returns: The place of its intent, where it has one.
    func take(
        _ update: OrderUpdate, cause: SequenceNumber, _ scope: borrowing StepScope,
        _ findings: inout SemanticFindings
    ) -> Int? {
        findings.examine(.risk)
        guard let place = scope.pendingIntent(at: cause.rawValue) else {
            missing(cause, scope, &findings)
            return nil
        }
        let intent = scope.intents[place].intent
        let (order, change): (OrderID, OrderChange) =
            switch intent.action {
            case .place: (intent.id, .rejected)
            case .amend(let target, _): (target, .amendRejected)
            case .cancel(let target): (target, .cancelRejected)
            case .cancelAll: (intent.id, .cancelRejected)
            }
        findings.check(
            .risk, update.order == order && update.change == change,
            expected: "\(order.text) \(change)", found: "\(update.order.text) \(update.change)")
        return place
    }

    /// Looks for intents that nobody judged, when their step ends.
    func seal(_ scope: borrowing StepScope, _ findings: inout SemanticFindings) {
        for place in scope.intents.indices where !scope.intents[place].isJudged {
            let pending = scope.intents[place]
            findings.add(
                .risk,
                expected: "an order or a refusal for intent \(pending.sequence), "
                    + pending.intent.id.text,
                found: "neither in its step")
        }
    }

    private func missing(
        _ cause: SequenceNumber, _ scope: borrowing StepScope,
        _ findings: inout SemanticFindings
    ) {
        findings.add(
            .risk, expected: "an intent of this step that waits to be judged",
            found: "record \(cause.rawValue), which is none")
    }
}
