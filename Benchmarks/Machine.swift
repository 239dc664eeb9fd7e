import CCounters
import Glibc

/// Clocks and counters of the process, and what it runs on.
enum Machine {
    /// Seconds of wall time since some moment.
    static var now: Double { seconds(CLOCK_MONOTONIC) }

    /// Seconds that this thread has had of a processor.
    static var threadTime: Double { seconds(CLOCK_THREAD_CPUTIME_ID) }

    /// Seconds that all threads of this process have had of processors.
    static var processorTime: Double { seconds(CLOCK_PROCESS_CPUTIME_ID) }

    private static func seconds(_ clock: clockid_t) -> Double {
        var time = timespec()
        // Safe because: the structure outlives the call.
        unsafe clock_gettime(clock, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }

    /// The most memory this program ever had resident, in MiB; 0 where the system does not tell.
    ///
    /// `getrusage` would also count what the process held before it became this program.
    static var peakMemory: Double { memory("VmHWM:") }

    /// The memory this program has resident, in MiB; 0 where the system does not tell.
    static var residentMemory: Double { memory("VmRSS:") }

    /// The part of it that is the program's own and not that of files: its data, but no code.
    static var ownMemory: Double { memory("RssAnon:") }

    /// What the figures were measured on: no name of the machine, nothing of its owner.
    static var description: String {
        var name = utsname()
        // Safe because: the structure outlives the calls.
        unsafe uname(&name)
        let kernel = unsafe withUnsafeBytes(of: &name.release) { bytes in
            unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
        // The version alone: what distributors add does not matter, and may say where this is.
        let version = kernel.split(separator: ".").prefix(2).joined(separator: ".")
        return "\(processorName), \(sysconf(Int32(_SC_NPROCESSORS_ONLN))) cores, Linux \(version), "
            + "Swift \(compiler)"
    }

    /// Whether the program was built without optimisation, so that its figures say nothing.
    static var isDebugBuild: Bool {
        #if DEBUG
            true
        #else
            false
        #endif
    }

    /// Counts the allocations of a piece of work, of all threads.
    ///
    /// - Parameter body: The work.
    /// - Returns: The calls of `malloc` and its kin.
    /// - Throws: What the body throws.
    static func allocations(_ body: () throws -> Void) rethrows -> UInt64 {
        let before = ccounters_allocations()
        ccounters_count_allocations(true)
        defer { ccounters_count_allocations(false) }
        try body()
        return ccounters_allocations() - before
    }

    /// Whether allocations of Swift objects are really seen: one is made, and looked for.
    static var seesAllocations: Bool {
        guard ccounters_sees_allocations() else { return false }
        var probes: [Probe] = []
        probes.reserveCapacity(8)
        return allocations { for _ in 0..<8 { probes.append(Probe()) } } >= 8 && probes.count == 8
    }

    private final class Probe {
        private let first = now
        private let second = now
    }

    private static var compiler: String {
        #if compiler(>=6.4)
            "6.4 or later"
        #else
            "6.3"
        #endif
    }

    private static var processorName: String {
        let line = lines(of: "/proc/cpuinfo").first { $0.hasPrefix("model name") } ?? ""
        guard let colon = line.firstIndex(of: ":") else { return "unknown processor" }
        return line[line.index(after: colon)...].split(whereSeparator: \.isWhitespace)
            .joined(separator: " ")
    }

    private static func memory(_ key: String) -> Double {
        let line = lines(of: "/proc/self/status").first { $0.hasPrefix(key) } ?? ""
        return (Double(line.split(whereSeparator: \.isWhitespace).dropFirst().first ?? "") ?? 0)
            / 1024
    }

    private static func lines(of path: String) -> [Substring] {
        // Safe because: the buffer outlives every call that fills it.
        guard let file = unsafe fopen(path, "r") else { return [] }
        defer { unsafe fclose(file) }
        var text = ""
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = unsafe fread(&buffer, 1, buffer.count, file)
            if count == 0 { return text.split(whereSeparator: \.isNewline) }
            text += String(decoding: buffer[..<count], as: UTF8.self)
        }
    }
}

/// A counter of this thread's instructions.
final class InstructionCounter {
    private let counter: Int32

    /// Opens one; nil where the machine offers none.
    init?() {
        counter = ccounters_open_instructions()
        if counter < 0 { return nil }
    }

    deinit { ccounters_close_instructions(counter) }

    var count: UInt64 { ccounters_instructions(counter) }
}
