import Glibc

/// What tests put between the file layer and the system: it decides how single calls go wrong.
///
/// The plan is a task-local value and not a global one, so that tests side by side do not meet each
/// other's faults; ``WorkThread`` hands it on to the threads of a run. A run without a plan, which
/// is every run outside of tests, pays one look-up per call of the system.
package final class FaultPlan: Sendable {
    /// A call that is about to be made.
    package enum Call: Hashable, Sendable {
        /// A call for a file or a directory.
        case file(FileOperation, path: String)
        /// The start of a thread.
        case thread
    }

    /// How a call goes wrong.
    package enum Fault: Hashable, Sendable {
        /// It is not made, and fails with a value of `errno`.
        case failure(Int32)
        /// Half of the bytes are asked for.
        case short
    }

    /// The plan of the code that asks; nil outside of tests.
    @TaskLocal package static var current: FaultPlan?

    private let decide: @Sendable (Call) -> Fault?

    /// Makes a plan.
    ///
    /// - Parameter decide: Called before every call, by the thread that makes it; it may take its
    ///   time, as a slow disk does.
    package init(_ decide: @escaping @Sendable (Call) -> Fault?) { self.decide = decide }

    /// Runs code of which every call of the file layer is asked about.
    package func apply<Result>(to body: () throws -> Result) rethrows -> Result {
        try Self.$current.withValue(self, operation: body)
    }

    /// How a call goes wrong, if it does.
    func fault(at call: Call) -> Fault? { decide(call) }
}

/// Makes a call of the system, unless a plan of a test lets it fail.
///
/// - Parameters:
///   - operation: What is done.
///   - path: What with.
///   - count: How many bytes are asked for, where the call takes a number.
///   - call: Makes the call; gets the number of bytes.
/// - Returns: What the call returns: less than zero for a failure, which `errno` then tells.
@inline(__always)
func attempt<Number: FixedWidthInteger & SignedInteger>(
    _ operation: FileOperation, _ path: String, asking count: Int = 0, _ call: (Int) -> Number
) -> Number {
    switch FaultPlan.current?.fault(at: .file(operation, path: path)) {
    case nil: return call(count)
    case .short: return call(min(count, max(1, count / 2)))
    case .failure(let code):
        errno = code
        return -1
    }
}

/// Makes a call again as long as a signal interrupts it.
func retrying(
    _ operation: FileOperation, path: String, _ call: () -> Int32
) throws(FilesError) -> Int32 {
    while true {
        let result = attempt(operation, path) { _ in call() }
        if result >= 0 { return result }
        let code = errno
        if code != EINTR { throw .system(operation, path: path, offset: nil, code: code) }
    }
}
