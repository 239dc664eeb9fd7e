import Glibc
import LockstepBacktest
import LockstepFiles

/// What can be told of the program and the machine it runs on.
enum MachineFacts {
    /// The version of Lockstep.
    static let version = "0.1.0"

    /// The facts of a run's manifest.
    ///
    /// - Parameters:
    ///   - program: The program, as it was called.
    ///   - configuration: The path of the configuration.
    /// - Returns: The facts.
    static func run(program: String, configuration: String) -> RunFacts {
        RunFacts(
            program: "\(name(of: program)) \(version)",
            versions: [("lockstep", version), ("swift", swiftVersion), ("zstd", zstdVersion)],
            host: hostName, now: { wallClock() }, configurationPath: configuration)
    }

    /// The name of a program without its directory.
    static func name(of program: String) -> String {
        program.split(separator: "/").last.map(String.init) ?? "lockstep"
    }

    /// The version of the compiler that built the program.
    static var swiftVersion: String {
        #if compiler(>=6.5)
            "6.5 or later"
        #elseif compiler(>=6.4)
            "6.4"
        #else
            "6.3"
        #endif
    }

    /// How many cores there are; at least one.
    static var cores: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }

    private static var hostName: String {
        var name = [CChar](repeating: 0, count: 257)
        // Safe because: the array has one byte more than may be written, so the text has an end.
        guard unsafe gethostname(&name, 256) == 0 else { return "unknown" }
        let bytes = name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Nanoseconds since 1970 UTC.
    private static func wallClock() -> Int64 {
        var now = timespec()
        // Safe because: the structure outlives the call, which keeps no pointer to it.
        guard unsafe clock_gettime(CLOCK_REALTIME, &now) == 0 else { return 0 }
        return Int64(now.tv_sec) * 1_000_000_000 + Int64(now.tv_nsec)
    }
}
