import Glibc

/// Another program, run to its end.
enum ChildProcess {
    /// Runs a program.
    ///
    /// - Parameters:
    ///   - path: The program; nothing is looked up and no shell is asked.
    ///   - arguments: What it is told.
    ///   - output: The file that takes what it prints; without one it prints where we do.
    /// - Returns: Its exit code, or 128 and the signal that ended it.
    /// - Throws: ``BenchmarkError/childFailed(output:)`` when the system refuses.
    static func run(_ path: String, _ arguments: [String], output: String? = nil) throws -> Int32 {
        // Safe because: what is allocated here outlives the call, which copies it, and is freed once.
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        if let output {
            unsafe posix_spawn_file_actions_addopen(
                &actions, STDOUT_FILENO, output, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        }
        var words: [UnsafeMutablePointer<CChar>?] = unsafe ([path] + arguments).map {
            unsafe strdup($0)
        }
        unsafe words.append(nil)
        defer { unsafe words.forEach { unsafe free($0) } }
        var child = pid_t()
        let code = unsafe posix_spawn(&child, path, &actions, nil, words, environ)
        guard code == 0 else {
            throw BenchmarkError.childFailed(output: "\(path) cannot be started (error \(code))")
        }
        var status: Int32 = 0
        while unsafe waitpid(child, &status, 0) < 0 {
            if errno != EINTR { return -1 }
        }
        let signal = status & 0x7F
        return signal == 0 ? (status >> 8) & 0xFF : 128 + signal
    }
}
