#if PLANTED_DEFECTS
    import Foundation
    import LockstepAudit
    import LockstepBacktest
    import LockstepBus
    import LockstepFiles
    import LockstepModel
    import LockstepScenarios
    import Synchronization

    /// Searches for one planted defect with every check there is.
    struct DefectCampaign {
        /// How many schedules are run after the first finding, for the other checks.
        private static let rest = 100

        private let stages: [Stand]
        private let directory: String
        private var report: DefectReport
        private var digests: [Set<SHA256Digest>]
        /// What the logs of the scenarios seem to break without any defect.
        private var broken: [Set<SemanticRule>] = []

        /// Prepares; what the reference engine says is asked while no defect is switched on.
        private init(_ defect: PlantedDefect) throws {
            stages = try ScenarioBank.all().map(Stand.init)
            digests = Array(repeating: [], count: stages.count)
            report = DefectReport(defect)
            directory = NSTemporaryDirectory() + "lockstep-defect-" + UUID().uuidString
            try FileManager.default.createDirectory(
                atPath: directory, withIntermediateDirectories: true)
            let path = directory + "/sound.lka"
            for stage in stages {
                _ = try stage.backtest.runHere(schedule: .inOrder, auditLog: path)
                broken.append(try Self.brokenRules(path))
                try FileManager.default.removeItem(atPath: path)
            }
        }

        private static func brokenRules(_ path: String) throws -> Set<SemanticRule> {
            Set(
                try AuditSemantics.check(path: path).lines.filter { $0.findings > 0 }.map(\.rule))
        }

        /// Prints what the logs of the scenarios seem to break without any defect.
        ///
        /// - Returns: Whether there is none.
        static func isSound() throws -> Bool {
            let path = NSTemporaryDirectory() + "lockstep-sound-" + UUID().uuidString
            var isSound = true
            for scenario in try ScenarioBank.all() {
                defer { try? FileManager.default.removeItem(atPath: path) }
                _ = try scenario.make().runHere(schedule: .inOrder, auditLog: path)
                for finding in try AuditSemantics.check(path: path, limit: 3).findings {
                    isSound = false
                    print("\(scenario.name): \(finding)")
                }
            }
            return isSound
        }

        /// Searches, and prints a report whenever there is something new.
        static func search(_ defect: PlantedDefect, schedules: Int) throws {
            var campaign = try Self(defect)
            defer { try? FileManager.default.removeItem(atPath: campaign.directory) }
            PlantedDefect.current = defect
            try campaign.tell()
            try campaign.searchInOrder()
            try campaign.search(schedules)
            try campaign.tell()
        }

        private mutating func searchInOrder() throws {
            for place in stages.indices {
                let stage = stages[place]
                let (checks, _) = try check(place) { path in
                    do {
                        return try stage.backtest.runHere(auditLog: path)
                    } catch BacktestError.runFailed(let result) { return result }
                }
                report.plain += checks.filter { !report.plain.contains($0) }
            }
            for place in stages.indices {
                let stage = stages[place]
                let (checks, _) = try check(place) { path in
                    try stage.backtest.runHere(schedule: .inOrder, auditLog: path).result
                }
                report.inOrder += checks.filter { !report.inOrder.contains($0) }
            }
            report.isOrderDone = true
        }

        private mutating func search(_ schedules: Int) throws {
            var last = schedules
            while report.schedules < last {
                let place = report.schedules % stages.count
                let seed = UInt64(report.schedules / stages.count)
                try tell()
                report.schedules += 1
                let (checks, digest) = try check(place) { [stages] path in
                    try stages[place].backtest.runHere(
                        schedule: Schedule(seed: seed), auditLog: path
                    ).result
                }
                if let digest { digests[place].insert(digest) }
                for check in checks { report.find(check) }
                if digests[place].count > 1 { report.find(.digests) }
                if let first = report.first.values.min() { last = min(last, first + Self.rest) }
            }
        }

        /// What is wrong with a run; only one that differs is worth a look at its log.
        private func check(
            _ place: Int, _ run: (String?) throws -> BacktestResult
        ) throws -> (checks: [DefectCheck], digest: SHA256Digest?) {
            let stage = stages[place]
            let result = try run(nil)
            var checks: [DefectCheck] = []
            if result.digest != stage.expected.digest { checks.append(.reference) }
            if result.failure?.message != stage.expected.failure { checks.append(.error) }
            if checks.isEmpty { return ([], result.digest) }
            let path = directory + "/run.lka"
            defer { try? FileManager.default.removeItem(atPath: path) }
            let digest = try run(path).digest
            if try !Self.brokenRules(path).isSubset(of: broken[place]) { checks.append(.meaning) }
            let verified = try AuditVerifier.verify(path: path)
            if !verified.status.isClosed || verified.digest != digest { checks.append(.verify) }
            return (checks, result.digest)
        }

        private func tell() throws {
            let text = try JSONEncoder().encode(report)
            FileHandle.standardOutput.write(text + Data("\n".utf8))
        }
    }

    /// Searches for every planted defect, each in a process of its own, which it may bring down.
    enum DefectSearch {
        /// Whether all were found, and enough of them by schedules alone.
        static func run(_ options: CampaignOptions) throws -> Bool {
            let isSound = try DefectCampaign.isSound()
            let defects = PlantedDefect.allCases
            let reports = Mutex<[Int: DefectReport]>([:])
            let failure = Mutex<(any Error)?>(nil)
            let next = Atomic(0)
            let workers = try (0..<options.threads).map { _ in
                try WorkThread {
                    while true {
                        let place = next.add(1, ordering: .relaxed).oldValue
                        guard defects.indices.contains(place) else { return }
                        do {
                            let report = try search(defects[place], options)
                            reports.withLock { $0[place] = report }
                        } catch { failure.withLock { $0 = error } }
                    }
                }
            }
            for worker in workers { worker.join() }
            if let error = failure.withLock({ $0 }) { throw error }
            return tell(defects.indices.compactMap { place in reports.withLock { $0[place] } })
                && isSound
        }

        private static func tell(_ reports: [DefectReport]) -> Bool {
            print(DefectReport.head)
            for report in reports { print(report.line) }
            let caught = reports.filter(\.isCaught).count
            let hidden = reports.filter { $0.isCaught && $0.survivesOrder }.count
            print(
                "\(caught) of \(reports.count) found, \(hidden) of them by schedules alone "
                    + "(needed: all, and \(needed) by schedules alone)")
            return caught == reports.count && hidden >= needed
        }

        private static let needed = 8
        private static let patience: TimeInterval = 120

        private static func search(
            _ defect: PlantedDefect, _ options: CampaignOptions
        ) throws -> DefectReport {
            let process = Process()
            process.executableURL = URL(fileURLWithPath: CommandLine.arguments[0])
            process.arguments = [
                "--defect", "\(defect)", "--schedules", "\(min(options.schedules, 10_000))",
            ]
            let pipe = Pipe()
            process.standardOutput = pipe
            process.standardError = FileHandle.nullDevice
            try process.run()
            let alarm = DispatchWorkItem { process.terminate() }
            DispatchQueue.global().asyncAfter(deadline: .now() + patience, execute: alarm)
            let output = pipe.fileHandleForReading.readDataToEndOfFile()
            process.waitUntilExit()
            alarm.cancel()
            let lines = output.split(separator: UInt8(ascii: "\n"))
            var report = DefectReport(defect)
            if let last = lines.last {
                report = try JSONDecoder().decode(DefectReport.self, from: last)
            }
            if process.terminationReason == .uncaughtSignal || process.terminationStatus != 0 {
                report.die()
            }
            return report
        }
    }
#endif
