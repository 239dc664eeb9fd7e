import Glibc

/// One line of the report: the median and the worst of some samples.
struct Measurement {
    let name: String
    let unit: String
    /// The size of the work: events, bars, orders.
    let count: Int
    let median: Double
    let worst: Double
}

/// Whether a larger figure is the better one.
enum Direction { case higher, lower }

/// Clocks and counters of the process.
enum Machine {
    /// Seconds of wall time since some moment.
    static var now: Double {
        var time = timespec()
        // Safe because: the structure outlives the call.
        unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }

    /// Processor seconds of all threads of this process.
    static var processorTime: Double {
        var time = timespec()
        // Safe because: the structure outlives the call.
        unsafe clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }

    /// The most memory this process ever had resident, in MiB.
    static var peakMemory: Double {
        var usage = rusage()
        // Safe because: the structure outlives the call.
        unsafe getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return Double(usage.ru_maxrss) / 1024
    }

    /// What the figures were measured on.
    static var description: String {
        var name = utsname()
        // Safe because: the structure outlives the call.
        unsafe uname(&name)
        let kernel = unsafe withUnsafeBytes(of: &name.release) { bytes in
            unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
        return "\(processorName), \(sysconf(Int32(_SC_NPROCESSORS_ONLN))) cores, Linux \(kernel), "
            + "Swift 6.3"
    }

    private static var processorName: String {
        // Safe because: the buffer outlives every call that fills it.
        guard let file = unsafe fopen("/proc/cpuinfo", "r") else { return "unknown processor" }
        defer { unsafe fclose(file) }
        var line = [CChar](repeating: 0, count: 512)
        while unsafe fgets(&line, 512, file) != nil {
            let text = String(
                decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            if text.hasPrefix("model name"), let colon = text.firstIndex(of: ":") {
                return String(text[text.index(after: colon)...])
                    .split(whereSeparator: \.isWhitespace).joined(separator: " ")
            }
        }
        return "unknown processor"
    }
}
