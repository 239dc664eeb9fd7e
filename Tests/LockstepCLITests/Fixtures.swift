import Foundation
import LockstepBacktest
import LockstepModel
import LockstepStrategy
import Testing

@testable import LockstepCLI

/// A directory of its own for one test, gone with it.
final class Scratch {
    let path: String

    /// Makes it; in memory, where the system offers that, for tests that synchronise hundreds of
    /// times.
    init(inMemory: Bool = false) throws {
        let memory = URL(filePath: "/dev/shm")
        let parent =
            inMemory && FileManager.default.isWritableFile(atPath: memory.path)
            ? memory : FileManager.default.temporaryDirectory
        let url = parent.appending(path: "lockstep-cli-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        path = url.path
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func callAsFunction(_ name: String) -> String { path + "/" + name }

    /// Writes a file and gives its path.
    @discardableResult
    func write(_ text: String, _ name: String) throws -> String {
        try Data(text.utf8).write(to: URL(filePath: self(name)))
        return self(name)
    }

    func read(_ name: String) throws -> String {
        String(decoding: try Data(contentsOf: URL(filePath: self(name))), as: UTF8.self)
    }

    func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: self(name)) }

    var names: [String] {
        get throws { try FileManager.default.contentsOfDirectory(atPath: path).sorted() }
    }
}

/// A sound configuration; what a test is about is put in.
enum Sample {
    static func configuration(
        name: String = "sample", use: String = "BuyAndHold",
        parameters: String = "symbol = \"A\", lots = 2", data: String = "A.csv", extra: String = ""
    ) -> String {
        """
        [run]
        name = "\(name)"
        [[venues]]
        name = "sim"
        fees = { kind = "proportional", rate = "0.001" }
        [[instruments]]
        symbol = "A"
        venue = "sim"
        currency = "USD"
        tick_size = "0.01"
        lot = "1"
        [[data]]
        instrument = "A"
        path = "\(data)"
        interval = "1d"
        stamp = "open"
        [[accounts]]
        name = "main"
        currency = "USD"
        cash = "1000"
        [[strategies]]
        name = "first"
        use = "\(use)"
        account = "main"
        parameters = { \(parameters) }
        \(extra)
        """
    }

    static let bars = """
        timestamp,open,high,low,close,volume
        2020-01-01,10.00,11.00,9.00,10.50,100
        2020-01-02,10.50,11.00,10.00,10.75,100
        2020-01-03,10.75,12.00,10.50,11.50,100

        """

    /// Minute bars that go up and down, as many as asked.
    static func manyBars(_ count: Int) -> String {
        var text = "timestamp,open,high,low,close,volume\n"
        text.reserveCapacity(count * 48)
        for minute in 0..<count {
            let price = 100 + minute % 97
            text += "\(946_684_800 + 60 * minute),\(price).00,\(price + 2).00,\(price - 2).00,"
            text += "\(price + 1).00,100\n"
        }
        return text
    }

    /// Text of a configuration for ``manyBars(_:)``.
    static func manyBarsConfiguration(parameters: String) -> String {
        configuration(use: "MovingAverageCross", parameters: parameters)
            .replacing("interval = \"1d\"", with: "interval = \"1m\"\ntime = { format = \"s\" }")
    }
}

/// Throws at a bar.
struct Stumbler: Strategy {
    struct Parameters: StrategyParameters {
        var symbol = "A"
    }

    struct Stumble: Error, CustomStringConvertible {
        var description: String { "the second bar is one too many" }
    }

    private let instrument: InstrumentID
    private var bars = 0

    init(_ parameters: Parameters, _ instruments: Instruments) throws {
        instrument = try instruments(parameters.symbol).id
    }

    var subscriptions: Subscriptions { Bars(instrument) }

    mutating func onBar(_ bar: Bar, _ context: inout Context) throws {
        bars += 1
        if bars == 2 { throw Stumble() }
    }
}

/// What a command said and how it ended.
struct Spoken {
    let code: ExitCode
    let output: String
    let error: String

    /// Runs a command line within the process, with the built-in strategies, ``Stumbler`` and
    /// ``Fickle``.
    init(_ words: String...) throws { try self.init(words) }

    init(
        _ words: [String], _ own: OwnParts = OwnParts(), strategies: StrategyRegistry? = nil
    ) throws {
        var registry = try strategies ?? .builtIn()
        try registry.register(Stumbler.self)
        try registry.register(Fickle.self)
        let console = Console(output: .memory(), error: .memory())
        let command = LockstepCommand(
            strategies: registry, own, console: console, handlesSignals: false)
        code = command.run(["lockstep"] + words)
        output = console.output.text
        error = console.error.text
    }
}
