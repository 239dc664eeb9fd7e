import Glibc
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
        for file in files {
            // Safe because: the string lives as long as the call. A file that is not there is fine.
            _ = unsafe unlink(directory.path(of: file))
        }
        // Safe because: as above. A directory with anything in it stays.
        _ = unsafe rmdir(directory.path)
    }
}
