import LockstepBacktest
import LockstepFiles

/// Takes back what was written for a run that never began.
enum UnbegunRun {
    /// Removes the files of a run that were made before its log, and its directory.
    ///
    /// A directory that has a log is left alone, and so are files that could not be written in
    /// full: they may tell something.
    ///
    /// - Parameters:
    ///   - directory: The directory; it was made for this run.
    ///   - error: Why the run did not begin.
    static func remove(_ directory: RunDirectory, after error: any Error) {
        var files = ["manifest.json", "equity.csv", "fills.csv"]
        if case BacktestError.output = error { files = [] }
        if RunDirectory.exists(directory.path(of: "audit.lka")) { return }
        // Why the run did not begin is the error to tell; what cannot be removed adds nothing.
        try? directory.remove(files)
    }
}
