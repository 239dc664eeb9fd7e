import LockstepBacktest
import LockstepModel

/// Scenarios of services, and of what fails.
extension ScenarioBank {
    static func answers() throws -> Scenario {
        try trading(
            "answers", seed: 91,
            [
                ScenarioPart(Answerer("quick", topic: 40, ears: [9], every: 3), .ownTask, as: 11),
                ScenarioPart(Answerer("booked", topic: 41, every: 3), .suspending, as: 12),
                ScenarioPart(Answerer("plain", topic: 42, every: 5), .inPlace, as: 13),
                ScenarioPart(Witness("witness", topic: 43, pulses: [40, 41, 42]), .ownTask),
            ])
    }

    static func rivals(
        _ first: ScenarioPart.Form, _ second: ScenarioPart.Form
    ) throws -> Scenario {
        try trading(
            "rivals-\(first)-\(second)", seed: 101,
            [
                ScenarioPart(Rival("red", topic: 40, every: 2), first, as: 11),
                ScenarioPart(Rival("blue", topic: 41, every: 3, instrument: 2), second, as: 12),
                ScenarioPart(Witness("witness", topic: 42, pulses: [40, 41]), .ownTask),
            ])
    }

    static func pingPong() throws -> Scenario {
        try trading(
            "ping-pong", seed: 111,
            [
                ScenarioPart(Pong("ping", speaks: 40, hears: 41, begins: 3, rounds: 4), .ownTask),
                ScenarioPart(Pong("pong", speaks: 41, hears: 40, rounds: 5), .suspending),
                ScenarioPart(
                    Pong("echo", speaks: 42, hears: 40, begins: 4, rounds: 3), .ownTaskInPlace),
                ScenarioPart(Witness("witness", topic: 43, pulses: [40, 41, 42]), .suspending),
            ])
    }

    static func names() throws -> Scenario {
        try trading(
            "names", seed: 121,
            [
                ScenarioPart(Rival("anna", topic: 40, every: 1), .suspending, as: 11),
                ScenarioPart(Rival("berta", topic: 41, every: 1), .ownTask, as: 12),
                ScenarioPart(Answerer("clara", topic: 42, ears: [9, 10]), .suspending, as: 13),
                ScenarioPart(Answerer("dora", topic: 43, ears: [9, 10]), .ownTask, as: 14),
            ])
    }

    static func outside() throws -> Scenario {
        try trading(
            "outside", seed: 131, count: 24,
            [
                ScenarioPart(
                    Rival("near", topic: 40, every: 3, offloads: true), .suspending, as: 11),
                ScenarioPart(Rival("far", topic: 41, every: 4, offloads: true), .ownTask, as: 12),
                ScenarioPart(Answerer("answerer", topic: 42), .ownTask, as: 13),
            ])
    }

    static func crowd() throws -> Scenario {
        try trading(
            "crowd", seed: 141, count: 20,
            ScenarioPart.Form.allCases.enumerated().map { place, form in
                ScenarioPart(
                    Witness("witness-\(form)", topic: 40 + UInt8(place)), form)
            } + [
                ScenarioPart(Rival("rival", topic: 44, every: 4), .suspending, as: 11),
                ScenarioPart(Answerer("answerer", topic: 45), .ownTask, as: 12),
            ])
    }

    static func halts() throws -> Scenario {
        try trading(
            "halts", seed: 151,
            [
                ScenarioPart(Halter("broad", period: 8), .suspending),
                ScenarioPart(Halter("narrow", period: 6, scope: 2), .ownTask),
                ScenarioPart(Rival("rival", topic: 40, every: 2), .ownTask, as: 11),
                ScenarioPart(Witness("witness", topic: 41), .inPlace),
            ])
    }

    static func watched() throws -> Scenario {
        try trading(
            "watched", seed: 161,
            [
                ScenarioPart(
                    Failing("still", ears: [9, 10, 12], at: .max, isObserver: true), .suspending),
                ScenarioPart(Rival("rival", topic: 40, every: 2), .suspending, as: 11),
                ScenarioPart(
                    Failing("deep", ears: [2, 3, 5, 8, 40], at: .max, isObserver: true), .ownTask),
                ScenarioPart(Answerer("answerer", topic: 41), .ownTask, as: 12),
            ])
    }

    // MARK: What fails

    static func serviceThrows() throws -> Scenario {
        try trading(
            "service-throws", seed: 171,
            [
                ScenarioPart(Rival("rival", topic: 40, every: 2), .suspending, as: 11),
                ScenarioPart(Failing("failing", ears: [10], at: 9), .ownTask),
                ScenarioPart(Answerer("answerer", topic: 41), .ownTask, as: 12),
            ])
    }

    static func throwsAfterPause() throws -> Scenario {
        try trading(
            "throws-after-pause", seed: 181,
            [
                ScenarioPart(Failing("failing", ears: [3], at: 17, pauses: 3), .suspending),
                ScenarioPart(Rival("rival", topic: 40, every: 1), .ownTask, as: 11),
                ScenarioPart(Answerer("answerer", topic: 41), .suspending, as: 12),
            ])
    }

    static func twoThrow() throws -> Scenario {
        try trading(
            "two-throw", seed: 191,
            [
                ScenarioPart(Answerer("answerer", topic: 40), .suspending, as: 11),
                ScenarioPart(Failing("first", ears: [10], at: 7, pauses: 4), .suspending),
                ScenarioPart(Failing("second", ears: [10], at: 7), .ownTask),
            ])
    }

    static func strategyThrows() throws -> Scenario {
        let configuration = try Stage.configuration(
            [Stage.hops(1, seed: 201, count: 40), Stage.hops(2, seed: 202, count: 40)],
            instruments: 2, accounts: [Stage.account(1, kind: .margin)], settings: costs(),
            [
                Churner.plan("churner") { $0.instruments = 2 },
                Stage.script(["frame@20 buy 1 1", "fill@21 buy 1 2 tag last", "fill@21 throw"]),
            ])
        return Scenario(
            "strategy-throws", configuration,
            [
                ScenarioPart(Rival("rival", topic: 40, every: 1), .suspending, as: 11),
                ScenarioPart(Answerer("answerer", topic: 41, ears: [9]), .ownTask, as: 12),
            ])
    }
}
