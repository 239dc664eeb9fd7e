/// Our figures beside the goals and beside those of others.
enum GoalTable {
    static func text(_ report: Report) -> String {
        let goals = goals(report)
        if goals.isEmpty { return "" }
        let judged = Goal.all.filter { $0.bound != .none && report[$0.name] != nil }
        let met = judged.count { goal in
            report[goal.name].map { goal.isMet(by: $0.median) } ?? false
        }
        let sum = "\(met) of \(judged.count) goals are met on this machine at this moment."
        return (["", "Goals"] + goals + (judged.isEmpty ? [] : [sum]) + peers(report)).joined(
            separator: "\n")
    }

    private static func goals(_ report: Report) -> [String] {
        Goal.all.compactMap { goal in
            guard let ours = report[goal.name] else { return nil }
            let sign =
                switch goal.bound {
                case .atLeast: ">= "
                case .atMost: "<= "
                case .none: ""
                }
            let bound = sign.isEmpty ? "-" : sign + Measurement.text(goal.value)
            let verdict =
                goal.bound == .none ? "" : goal.isMet(by: ours.median) ? "met" : "NOT met"
            return
                "\(goal.name.padding(to: 42)) \(Measurement.text(ours.median).leftPadding(to: 9)) "
                + "\(ours.unit.padding(to: 13)) goal \(bound.padding(to: 10)) "
                + "\(verdict.padding(to: 8)) \(others(goal, ours))"
        }
    }

    private static func others(_ goal: Goal, _ ours: Measurement) -> String {
        guard let predecessor = goal.predecessor else { return goal.remark }
        let times = ours.isRate ? ours.median / predecessor : predecessor / ours.median
        let text =
            "\(Measurement.text(times)) times better than the predecessor's "
            + Measurement.text(predecessor)
        return goal.remark.isEmpty ? text : "\(text); \(goal.remark)"
    }

    private static func peers(_ report: Report) -> [String] {
        func ours(_ suffix: String) -> [Double?] {
            ["W1", "W2", "W3", "W4"].map { report["engine/\($0)\(suffix)"]?.median } + [
                suffix.isEmpty ? report["engine/W5-seconds"]?.median : nil,
                suffix.isEmpty
                    ? nil : report["engine/peak-memory-100000"].map { $0.median * 1.048_576 },
            ]
        }
        let rows = [
            Peer(name: "Lockstep, audit off", figures: ours("")),
            Peer(name: "Lockstep, audit on", figures: ours("+audit")),
        ]
        guard rows.contains(where: { $0.figures.dropLast().contains { $0 != nil } }) else {
            return []
        }
        let head =
            "".padding(to: 26) + Peer.columns.map { $0.leftPadding(to: 13) }.joined()
        let lines = (rows + Peer.all).map { peer in
            peer.name.padding(to: 26)
                + peer.figures.map { figure in
                    (figure.map(Measurement.text) ?? "-").leftPadding(to: 13)
                }.joined()
        }
        return [
            "", "The same works elsewhere (another machine of one class; see Docs/benchmarks.md)",
            head,
        ] + lines
    }
}
