import Glibc

do {
    exit(try Program.run(Array(CommandLine.arguments.dropFirst())))
} catch let error as BenchmarkError {
    print("error: \(error)")
    exit(error.exitCode)
} catch {
    print("error: \(error)")
    exit(70)
}
