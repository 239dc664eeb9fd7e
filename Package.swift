// swift-tools-version: 6.3

import PackageDescription

/// The settings every Swift target is built with (`CONTRIBUTING.md` says why).
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableUpcomingFeature("InferIsolatedConformances"),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
    .treatWarning("ExplicitSendable", as: .error),
]

/// Libraries are also optimised across module borders: the hot path runs through several rooms.
let library: [SwiftSetting] =
    strict + [.unsafeFlags(["-cross-module-optimization"], .when(configuration: .release))]

/// A room of the house: one module under `Sources`, with the rooms it may import.
func room(_ name: String, _ imports: [String] = [], c: [String] = []) -> Target {
    .target(
        name: "Lockstep" + name,
        dependencies: (imports.map { "Lockstep" + $0 } + c).map { .byName(name: $0) },
        swiftSettings: library)
}

/// The tests of one room.
func tests(_ name: String, _ imports: [String], resources: [Resource] = []) -> Target {
    .testTarget(
        name: name,
        dependencies: imports.map { .byName(name: $0 == "Lockstep" ? $0 : "Lockstep" + $0) },
        resources: resources,
        swiftSettings: strict)
}

let package = Package(
    name: "Lockstep",
    products: [
        .library(name: "Lockstep", targets: ["Lockstep"]),
        .library(name: "LockstepCLI", targets: ["LockstepCLI"]),
        .executable(name: "lockstep", targets: ["LockstepTool"]),
    ],
    targets: [
        // C libraries, seen from Swift; imported by Files alone.
        .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
        .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .target(name: "CTOML"),
        .target(name: "CChecksum"),
        .target(name: "CCounters", path: "Benchmarks/CCounters"),

        // Rooms, leaf first: a room imports only from the levels above it in this list.
        room("Model"),
        room("Bus", ["Model"]),
        room("Market", ["Model"]),
        room("Analytics", ["Model"]),
        room("Files", ["Model"], c: ["CZstd", "CCrypto", "CTOML", "CChecksum"]),
        room("Events", ["Model", "Bus"]),
        room("BookMarket", ["Model", "Market"]),
        room("OutcomeMarket", ["Model", "Market"]),
        room("Feed", ["Model", "Files"]),
        room("Strategy", ["Model", "Events", "Bus"]),
        room("Risk", ["Model", "Events", "Bus"]),
        room("Portfolio", ["Model", "Events", "Bus"]),
        room("Execution", ["Model", "Events", "Bus", "Market"]),
        room("Audit", ["Model", "Events", "Bus", "Files"]),
        room(
            "Backtest",
            [
                "Model", "Events", "Bus", "Market", "Files", "Feed", "Strategy", "Risk",
                "Execution", "Portfolio", "Audit", "Analytics",
            ]),
        room("Reports", ["Model", "Analytics", "Files", "Backtest"]),
        .target(
            name: "Lockstep",
            dependencies: [
                "LockstepModel", "LockstepBus", "LockstepEvents", "LockstepMarket",
                "LockstepBookMarket", "LockstepOutcomeMarket", "LockstepFiles", "LockstepFeed",
                "LockstepStrategy", "LockstepRisk", "LockstepAudit", "LockstepBacktest",
                "LockstepAnalytics", "LockstepReports",
            ],
            swiftSettings: library),
        room(
            "CLI",
            [
                "Model", "Bus", "Files", "Feed", "Strategy", "Risk", "Market", "BookMarket",
                "OutcomeMarket", "Backtest", "Audit", "Reports",
            ]),
        .executableTarget(
            name: "LockstepTool", dependencies: ["LockstepCLI"], swiftSettings: strict),
        .executableTarget(
            name: "OwnStrategy", dependencies: ["Lockstep", "LockstepCLI"],
            path: "Examples/OwnStrategy", exclude: ["golden-cross.toml"], swiftSettings: strict),
        .executableTarget(
            name: "Benchmarks",
            dependencies: [
                "CCounters", "LockstepModel", "LockstepBus", "LockstepEvents", "LockstepMarket",
                "LockstepBookMarket", "LockstepOutcomeMarket", "LockstepFeed", "LockstepStrategy",
                "LockstepBacktest",
            ], path: "Benchmarks", exclude: ["CCounters", "Baselines", "make_data.py"],
            swiftSettings: strict),

        tests("LockstepModelTests", ["Model"]),
        tests("LockstepBusTests", ["Model", "Bus"]),
        tests("LockstepEventsTests", ["Model", "Bus", "Events"]),
        tests("LockstepFilesTests", ["Model", "Files"]),
        tests("LockstepAnalyticsTests", ["Model", "Analytics"]),
        tests("LockstepFeedTests", ["Model", "Feed"]),
        tests("LockstepBookMarketTests", ["Model", "Market", "BookMarket", "Portfolio"]),
        .target(
            name: "LockstepOutcomeScenarios",
            dependencies: ["LockstepModel", "LockstepOutcomeMarket"],
            path: "Tests/OutcomeScenarios", swiftSettings: library),
        .executableTarget(
            name: "OutcomeCampaign",
            dependencies: ["LockstepOutcomeMarket", "LockstepOutcomeScenarios"],
            path: "Tests/OutcomeCampaign", swiftSettings: strict,
            // A debug build calls the C library's square root, which is exact.
            linkerSettings: [.linkedLibrary("m")]),
        tests(
            "LockstepOutcomeMarketTests",
            [
                "Model", "Market", "OutcomeMarket", "OutcomeScenarios", "Files", "Events", "Bus",
                "Feed", "Strategy", "Audit", "Backtest",
            ]),
        tests("LockstepStrategyTests", ["Model", "Events", "Bus", "Strategy"]),
        tests("LockstepRiskTests", ["Model", "Events", "Bus", "Risk"]),
        tests("LockstepPortfolioTests", ["Model", "Events", "Bus", "Portfolio"]),
        tests("LockstepExecutionTests", ["Model", "Events", "Bus", "Market", "Execution"]),
        .target(
            name: "LockstepSpecimens",
            dependencies: [
                "LockstepModel", "LockstepEvents", "LockstepBus", "LockstepFiles", "LockstepAudit",
            ], path: "Tests/Specimens", swiftSettings: library),
        .executableTarget(
            name: "AuditCampaign",
            dependencies: ["LockstepSpecimens", "LockstepAudit", "LockstepModel"],
            path: "Tests/AuditCampaign", swiftSettings: strict),
        tests(
            "LockstepAuditTests", ["Model", "Events", "Bus", "Files", "Audit", "Specimens"]),
        tests(
            "LockstepBacktestTests",
            [
                "Model", "Files", "Market", "BookMarket", "Feed", "Strategy", "Backtest",
            ]),
        .target(
            name: "LockstepScenarios",
            dependencies: [
                "LockstepModel", "LockstepBus", "LockstepEvents", "LockstepFiles",
                "LockstepMarket", "LockstepBookMarket", "LockstepOutcomeMarket", "LockstepFeed",
                "LockstepStrategy", "LockstepRisk", "LockstepPortfolio", "LockstepExecution",
                "LockstepBacktest", "LockstepAudit",
            ], path: "Tests/Scenarios", swiftSettings: library),
        .executableTarget(
            name: "ScheduleCampaign",
            dependencies: [
                "LockstepModel", "LockstepBus", "LockstepFiles", "LockstepBacktest",
                "LockstepAudit", "LockstepScenarios",
            ], path: "Tests/ScheduleCampaign", swiftSettings: strict),
        tests(
            "ScenarioTests",
            [
                "Model", "Bus", "Events", "Files", "Market", "BookMarket", "Feed", "Strategy",
                "Risk", "Backtest", "Audit", "Scenarios",
            ]),
        tests(
            "LockstepReportsTests",
            [
                "Model", "Bus", "Events", "Files", "BookMarket", "Feed", "Strategy", "Backtest",
                "Analytics", "Reports",
            ]),
        tests(
            "LockstepCLITests",
            [
                "Model", "Market", "BookMarket", "OutcomeMarket", "Bus", "Files", "Feed",
                "Strategy",
                "Risk", "Audit", "Backtest", "CLI",
            ]),
        tests("LockstepTests", ["Lockstep"]),
        tests(
            "ParityTests", ["Model", "Market", "BookMarket", "Feed", "Strategy", "Backtest"]),
    ]
)
