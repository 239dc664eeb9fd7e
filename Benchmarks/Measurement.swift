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

    /// The most memory this program ever had resident, in MiB; 0 where the system does not tell.
    ///
    /// `getrusage` would also count what the process held before it became this program.
    static var peakMemory: Double {
        let line = lines(of: "/proc/self/status").first { $0.hasPrefix("VmHWM:") } ?? ""
        return (Double(line.split(whereSeparator: \.isWhitespace).dropFirst().first ?? "") ?? 0)
            / 1024
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
        let line = lines(of: "/proc/cpuinfo").first { $0.hasPrefix("model name") } ?? ""
        guard let colon = line.firstIndex(of: ":") else { return "unknown processor" }
        return line[line.index(after: colon)...].split(whereSeparator: \.isWhitespace)
            .joined(separator: " ")
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
