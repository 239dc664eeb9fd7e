import Glibc
import LockstepFiles

/// A program that shows a long text page by page, such as `less`; started without a shell.
struct Pager {
    /// What is typed by those who have no wish of their own: colours pass, a text of one screen stays.
    private static let standard = ["less", "-FRX"]

    /// Where the text goes.
    let channel: Channel
    private let process: pid_t
    private let interrupt: __sighandler_t?

    /// The command that pages, or nil where the text goes straight to where it goes.
    ///
    /// - Parameters:
    ///   - environment: The variables of the process: `PAGER` and `TERM`.
    ///   - isTerminal: Whether a person looks on.
    ///   - isRefused: Whether `--no-pager` was said.
    /// - Returns: The words of the command, and whether somebody asked for it.
    static func command(
        environment: [String: String], isTerminal: Bool, isRefused: Bool
    ) -> (words: [String], isWished: Bool)? {
        let term = environment["TERM"] ?? ""
        guard isTerminal, !isRefused, !term.isEmpty, term != "dumb" else { return nil }
        guard let wish = environment["PAGER"] else { return (standard, false) }
        let words = ShellWords.split(wish) ?? [wish]
        return words.isEmpty || words == ["cat"] ? nil : (words, true)
    }

    /// Starts a pager; it reads what is written to ``channel``.
    ///
    /// - Parameters:
    ///   - words: The command.
    ///   - environment: The variables it gets; `LESS` is added where it is not set.
    /// - Throws: An error of the system, as code, where it cannot be started.
    init(_ words: [String], environment: [String: String]) throws(PagerFault) {
        var ends: [Int32] = [-1, -1]
        // Safe because: the array has the two places that the call fills.
        guard unsafe pipe(&ends) == 0 else { throw PagerFault(code: errno) }
        // Nobody but the pager may hold the end that it reads, nor it the end that is written.
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        let (process, code) = Self.spawn(words, environment, reading: ends[0])
        _ = close(ends[0])
        if code != 0 {
            _ = close(ends[1])
            throw PagerFault(code: code)
        }
        self.process = process
        channel = .pipe(ends[1], name: words.first ?? "")
        // Who pages ends it with the pager's own key; the key that interrupts belongs to the pager.
        interrupt = signal(SIGINT, SIG_IGN)
    }

    /// Ends the text and waits until nobody reads it any more.
    func finish() {
        channel.close()
        var status: Int32 = 0
        // Safe because: the number outlives the call.
        while unsafe waitpid(process, &status, 0) == -1, errno == EINTR {}
        signal(SIGINT, interrupt)
    }

    private static func spawn(
        _ words: [String], _ environment: [String: String], reading end: Int32
    ) -> (pid_t, code: Int32) {
        var variables = environment
        if variables["LESS"] == nil { variables["LESS"] = "FRX" }
        let settings = variables.keys.sorted().map { "\($0)=\(variables[$0] ?? "")" }
        // Safe because: the texts are copies of our own, with an empty place behind the last as the
        // call demands; they are freed below, when nobody holds them any more.
        var arguments = unsafe words.map { unsafe strdup($0) }
        unsafe arguments.append(nil)
        var variablesTexts = unsafe settings.map { unsafe strdup($0) }
        unsafe variablesTexts.append(nil)
        defer {
            for place in 0..<words.count { unsafe free(arguments[place]) }
            for place in 0..<settings.count { unsafe free(variablesTexts[place]) }
        }
        // Safe because: all four outlive the calls below, are made by the library's own calls before
        // they are used, and are given back by them afterwards.
        var actions = unsafe posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
        var signals = sigset_t()
        var process: pid_t = 0
        unsafe posix_spawn_file_actions_init(&actions)
        unsafe posix_spawnattr_init(&attributes)
        unsafe sigemptyset(&signals)
        for number in [SIGINT, SIGPIPE, SIGXFSZ] { unsafe sigaddset(&signals, number) }
        unsafe posix_spawn_file_actions_adddup2(&actions, end, STDIN_FILENO)
        unsafe posix_spawnattr_setsigdefault(&attributes, &signals)
        unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF))
        let code = unsafe posix_spawnp(
            &process, words.first ?? "", &actions, &attributes, arguments, variablesTexts)
        unsafe posix_spawn_file_actions_destroy(&actions)
        unsafe posix_spawnattr_destroy(&attributes)
        return (process, code)
    }
}

/// Why a pager could not be started.
struct PagerFault: Error, Hashable {
    /// The value of `errno`.
    let code: Int32
}
