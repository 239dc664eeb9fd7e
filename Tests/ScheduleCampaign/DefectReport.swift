#if PLANTED_DEFECTS
    import LockstepModel

    /// What can find a defect.
    enum DefectCheck: String, Codable, CaseIterable {
        /// Another digest than that of the reference engine without the defect.
        case reference
        /// Several digests of one scenario.
        case digests
        /// The run fails where it should not, or otherwise than it should.
        case error
        /// What the log says cannot be.
        case meaning
        /// The log is not whole.
        case verify
        /// The process died, or did not end.
        case crash
    }

    /// What was found of one defect.
    struct DefectReport: Codable {
        let defect: Int
        /// How many schedules were run.
        var schedules = 0
        /// What the run without a schedule showed, and the schedule that keeps the order.
        var plain: [DefectCheck] = []
        var inOrder: [DefectCheck] = []
        /// Whether both of these have ended.
        var isOrderDone = false
        /// After how many schedules each check found it.
        var first: [DefectCheck: Int] = [:]

        init(_ defect: PlantedDefect) { self.defect = defect.rawValue }

        var isCaught: Bool { !first.isEmpty || !plain.isEmpty || !inOrder.isEmpty }

        /// Whether schedules were needed.
        var survivesOrder: Bool { plain.isEmpty && inOrder.isEmpty }

        /// The process died, or had to be ended.
        mutating func die() {
            if isOrderDone {
                schedules += 1
                find(.crash)
            } else {
                plain.append(.crash)
            }
        }

        mutating func find(_ check: DefectCheck) {
            if first[check] == nil { first[check] = schedules }
        }

        static let head = line(
            "defect", ["in order", "seeds"] + DefectCheck.allCases.map(\.rawValue))

        var line: String {
            let name = PlantedDefect(rawValue: defect).map { "\($0)" } ?? "\(defect)"
            let order = survivesOrder ? "survives" : "caught"
            let seeds = first.values.min().map { "\($0)" } ?? "-"
            return Self.line(
                name,
                [order, seeds]
                    + DefectCheck.allCases.map { first[$0].map { "\($0)" } ?? "-" })
        }

        private static func line(_ name: String, _ cells: [String]) -> String {
            name + String(repeating: " ", count: max(1, 26 - name.count))
                + cells.map { String(repeating: " ", count: max(1, 11 - $0.count)) + $0 }.joined()
        }
    }
#endif
