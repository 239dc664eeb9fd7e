import Glibc

/// Says on the error stream why the program cannot go on.
func complain(_ error: any Error) {
    let text = Array("error: \(error)\n".utf8)
    // Safe because: the pointer is used within the closure, for as many bytes as there are.
    _ = unsafe text.withUnsafeBytes { unsafe write(STDERR_FILENO, $0.baseAddress, $0.count) }
}

do {
    exit(try Program.run(Array(CommandLine.arguments.dropFirst())))
} catch let error as BenchmarkError {
    complain(error)
    exit(error.exitCode)
} catch {
    complain(error)
    exit(70)
}
