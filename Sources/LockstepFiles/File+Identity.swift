import Glibc

/// Which file a path leads to, and what kind of file it is.
extension File {
    /// What tells a file from all others of the machine, whatever paths lead to it.
    package struct Identity: Hashable, Sendable {
        private let device: UInt64
        private let number: UInt64

        init(_ status: stat) {
            device = UInt64(status.st_dev)
            number = UInt64(status.st_ino)
        }
    }

    /// Which file this is.
    package func identity() throws(FilesError) -> Identity { Identity(try status()) }

    /// Which file a path leads to; nil where it leads to none.
    package static func identity(of path: String) -> Identity? {
        var status = stat()
        // Safe because: path and structure outlive the call, which keeps neither.
        return unsafe stat(path, &status) == 0 ? Identity(status) : nil
    }

    /// What something is that is no file; nil for a file.
    static func kind(_ mode: mode_t) -> String? {
        switch mode & S_IFMT {
        case S_IFREG: nil
        case S_IFDIR: "a directory"
        case S_IFIFO: "a pipe"
        case S_IFSOCK: "a socket"
        default: "a device"
        }
    }
}
