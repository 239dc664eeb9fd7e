import LockstepAudit
import LockstepBus
import LockstepEvents
import LockstepExecution
import LockstepFeed
import LockstepFiles
import LockstepMarket
import LockstepModel
import LockstepPortfolio
import LockstepRisk
import LockstepStrategy

/// The services of one run, built and wired; used once.
struct BacktestAssembly: Sendable {
    private let backtest: Backtest
    private let bus: EventBus
    private let driver: StepDriver
    private let ruin = Ruin()
    private let accountant: PortfolioAccountant
    private let risk: RiskEngine
    private let recorder: ResultRecorder
    private let audit: AuditRunner?
    private let auditPath: String?
    private let services: [any BusService]

    private var configuration: BacktestConfiguration { backtest.configuration }

    /// Builds the services in the order of their registration.
    init(
        _ backtest: Backtest, on loop: RunExecutor, output: RunOutput?, auditLog: String?,
        progress: RunProgress?, cancellation: RunCancellation
    ) throws {
        let configuration = backtest.configuration
        self.backtest = backtest
        bus = EventBus(on: loop, settings: configuration.bus)
        let setting = MarketSetting(
            instruments: configuration.instruments,
            primarySeries: configuration.primarySeries, accounts: configuration.placedAccounts,
            seed: configuration.seed, withoutVolume: configuration.withoutVolume)
        let engines = try configuration.venues.enumerated().map { place, venue in
            HostedEngine(try venue.market.makeHost(VenueID(UInt16(place + 1)), in: setting))
        }
        let source: FrameCursor
        do {
            source = try configuration.openFrames()
        } catch let error as BacktestError {
            throw error
        } catch {
            throw BacktestError.data(error)
        }
        driver = StepDriver(
            on: loop, source: source, hasBatchVenue: engines.contains { $0.isBatch },
            idleBudget: configuration.bus.deliveriesPerStep, cancellation: cancellation, ruin: ruin)
        let simulator = ExecutionSimulator(
            on: loop, engines: engines, instruments: configuration.instruments,
            financing: configuration.datedFinancing)
        accountant = PortfolioAccountant(
            try configuration.portfolio(), on: loop,
            bankruptcy: configuration.liquidates ? Self.bankruptcy(configuration, ruin) : nil)
        risk = RiskEngine(
            try configuration.riskGate(), on: loop, hearsBooks: configuration.hasBooks,
            dated: configuration.isDated ? configuration.instruments : nil)
        let strategies = try StrategyRunner(
            configuration.strategies, configuration.strategySetup, on: loop)
        let files: ResultFiles?
        do {
            files = try output.map { output in
                try ResultFiles(in: output.directory, accounts: configuration.accounts.count)
            }
        } catch {
            throw BacktestError.output(error)
        }
        recorder = ResultRecorder(
            on: loop,
            try ResultTally(
                names: configuration.names, periodsPerYear: configuration.periodsPerYear,
                files: files, keepsLists: backtest.recording == .inMemory),
            progress: progress)
        var services: [any BusService] = [simulator, accountant, risk, strategies]
        for plan in configuration.services {
            services.append(try plan.make(loop, configuration.instruments))
        }
        if !configuration.invariants.isEmpty {
            services.append(
                InvariantObserver(configuration.invariants, configuration.instruments, on: loop))
        }
        services.append(recorder)
        auditPath = configuration.audit.isEnabled ? auditLog : nil
        if configuration.audit.isEnabled {
            let runner = AuditRunner(
                on: loop, writer: try configuration.openLog(auditLog, output?.facts))
            services.append(runner)
            audit = runner
        } else {
            audit = nil
        }
        self.services = services
    }

    /// Set-up, wiring, execution and teardown; whatever happens, the log is closed.
    func run() async throws -> BacktestResult {
        var result = BacktestResult(of: configuration)
        do {
            try await connect()
            try await driver.setUp(
                symbols: configuration.symbols, configuration: try configuration.canonicalText())
            let hasEnded = try await driver.runSteps()
            result.status = hasEnded ? .completed : ruin.hasCome ? .ruined : .cancelled
            try await driver.endFeed()
        } catch {
            result.fail(error, step: await driver.step)
        }
        await tearDown(&result)
        return result
    }

    private func connect() async throws {
        try await driver.join(bus)
        try await Topics.register(
            on: bus, hasOutcomes: configuration.hasOutcomes, isDated: configuration.isDated)
        if configuration.hasBooks { try await Topics.registerBooks(on: bus) }
        if configuration.hasOutcomes { try await Topics.registerOutcomes(on: bus) }
        if configuration.isDated { try await Topics.registerEvents(on: bus) }
        for plan in configuration.services { try await plan.register(bus) }
        try await driver.listen()
        for service in services { try await connect(service) }
    }

    private func connect<Service: BusService>(_ service: Service) async throws {
        try await bus.connect(service, try bus.port(for: service))
    }

    private static func bankruptcy(
        _ configuration: BacktestConfiguration, _ ruin: Ruin
    ) -> BankruptcyRule {
        switch configuration.risk.liquidation.beyondZero {
        case .insured: .insured
        case .keep: .keep { account, equity in ruin.note(account, equity) }
        }
    }

    /// Ends tasks, notes the end, closes the log and the text files, and gathers the figures.
    private func tearDown(_ result: inout BacktestResult) async {
        if result.status == .ruined, let found = ruin.content {
            let account = configuration.accounts[Int(found.account.rawValue) - 1]
            result.ruin = BacktestResult.Ruin(
                account: account.name,
                equity: account.currency.text(of: found.equity) + " "
                    + account.currency.code, step: await driver.step)
        }
        do { try await driver.close() } catch { result.fail(error, step: await driver.step) }
        // Before the end is noted, so that the log never tells of a better end than the result.
        do { try await recorder.finish() } catch { result.fail(error, step: await driver.step) }
        do {
            try await driver.note(
                result.status.endStatus,
                reason: result.failure.map { $0.message } ?? result.ruin?.message)
        } catch { result.fail(error, step: await driver.step) }
        if let audit {
            do {
                let summary = try await audit.finish(result.status.endStatus)
                result.digest = summary.digest
                result.auditRecords = summary.records
                result.auditPath = auditPath
            } catch { result.fail(error, step: await driver.step) }
        }
        result.add(await risk.inspect { $0.tally })
        await recorder.report(to: &result)
        result.add(await accountant.summaries)
        result.add(await driver.count)
    }
}
