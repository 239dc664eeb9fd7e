import Foundation

/// Says on the error stream why the program cannot go on.
func complain(_ error: any Error) {
    FileHandle.standardError.write(Data("error: \(error)\n".utf8))
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
