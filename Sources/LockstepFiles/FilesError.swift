import Glibc

/// What a file was being used for when it failed.
public enum FileOperation: String, Hashable, Sendable {
    case open, create, read, write, sync, size, close, rename, remove
    case makeDirectory = "make the directory"
}

/// What can go wrong between a file and a value in memory.
@nonexhaustive
public enum FilesError: Error, Hashable, Sendable {
    /// The operating system refused: `code` is the value of `errno`, `offset` the byte where.
    case system(FileOperation, path: String, offset: Int64?, code: Int32)
    /// A path that no file can have.
    case badPath(String)
    /// What is to be read is no file, but a directory, a pipe or a device.
    case notAFile(path: String, what: String)
    /// The file ends before the bytes that must be there.
    case unexpectedEnd(path: String, offset: Int64, needed: Int, found: Int)
    /// The file is larger than what is read as a whole.
    case tooLarge(path: String, size: Int64, limit: Int64)
    /// A run or its directory may not be called so.
    case badName(String)
    /// What is to be made exists already.
    case targetExists(path: String)
    /// All numbered names below a directory are taken.
    case noFreeName(path: String)
    /// A C library could not do what it always can, mostly for want of memory.
    case libraryFailed(library: String, message: String)
    /// A compressed frame is not what it must be.
    case frameRefused(FrameFault)
    /// A CSV file is not well-formed; `column` counts bytes of the line from 1.
    case csv(file: String, line: Int, column: Int?, CSVFault)
    /// A field of a CSV file cannot be read as what it should be.
    case csvField(file: String, line: Int, name: String, text: String, FieldFault)
    /// A configuration is not well-formed.
    case toml(TOMLPlace, message: String)
    /// An override names a place that is not there.
    case override(path: String, message: String)
}

extension FilesError {
    /// Whether the target of a command exists already or cannot be made.
    public var isAboutTarget: Bool {
        switch self {
        case .targetExists, .noFreeName, .badName: true
        case .system(.create, _, _, _): !isWriteFailure
        case .system(.makeDirectory, _, _, _): true
        default: false
        }
    }

    /// Whether there is no such file.
    public var isMissingFile: Bool {
        if case .system(_, _, _, let code) = self { return code == ENOENT || code == ENOTDIR }
        return false
    }

    /// Whether bytes could not be brought to the medium: a device that fails or is full, too many
    /// open files.
    public var isWriteFailure: Bool {
        switch self {
        case .system(.create, _, _, let code):
            // Any other reason is about the place that was chosen.
            [EIO, ENOSPC, EDQUOT, EMFILE, ENFILE, ENOMEM].contains(code)
        case .system(let operation, _, _, _):
            // Only what was written is closed with a look at the outcome.
            [.write, .sync, .rename, .close, .remove].contains(operation)
        default: false
        }
    }
}

extension FilesError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .system(let operation, let path, let offset, let code):
            let place = offset.map { " at byte \($0)" } ?? ""
            return "\(path): cannot \(operation.rawValue)\(place): \(systemText(of: code)) "
                + "(errno \(code)). \(remedy(for: code))"
        case .badPath(let path):
            return "\"\(path)\" is not a path. Give one that is not empty and has no NUL character."
        case .notAFile(let path, let what):
            return "\(path): this is \(what), not a file of which any part can be read. "
                + "Name the file itself."
        case .unexpectedEnd(let path, let offset, let needed, let found):
            return "\(path): \(needed) bytes are needed at byte \(offset), but only \(found) are "
                + "there. The file is cut short: restore it from its source."
        case .tooLarge(let path, let size, let limit):
            return "\(path): the file has \(size) bytes, at most \(limit) are read. "
                + "Check that it is the right file."
        case .badName(let name):
            return "\"\(name)\" cannot name a run. Use 1 to 128 letters, digits, dots, hyphens and "
                + "underscores, with a letter or digit first."
        case .targetExists(let path):
            return "\(path) exists already and is not overwritten. "
                + "Choose another directory, or move this one away."
        case .noFreeName(let path):
            return "\(path): all numbered names are taken. Move old runs away, or give a directory."
        case .libraryFailed(let library, let message):
            return "\(library) failed: \(message). Free memory and try again."
        case .frameRefused(let fault): return "Compressed frame refused: \(fault.description)"
        case .csv(let file, let line, let column, let fault):
            let place = column.map { ":\($0)" } ?? ""
            return "\(file):\(line)\(place): \(fault.description)"
        case .csvField(let file, let line, let name, let text, let fault):
            return "\(file):\(line): column \"\(name)\": \"\(text)\" \(fault.description)"
        case .toml(let place, let message): return "\(place): \(message)"
        case .override(let path, let message): return "--set \(path): \(message)"
        }
    }
}

private func remedy(for code: Int32) -> String {
    switch code {
    case ENOSPC: "The disk is full: free space there or write elsewhere."
    case EDQUOT: "The quota is used up: free space or write elsewhere."
    case EFBIG: "The largest size of a file is reached: raise the limit (ulimit -f)."
    case EIO: "The device failed: do not trust this file, and check the disk."
    case ENOENT, ENOTDIR: "Check the path for a typing error."
    case EACCES, EPERM: "Check the permissions, or choose another place."
    case EEXIST: "Choose another name, or move the existing one away."
    case EISDIR: "This is a directory: name a file in it."
    case ELOOP: "This is a symbolic link: name the file itself."
    case EMFILE, ENFILE: "Too many files are open: raise the limit (ulimit -n)."
    case EROFS: "The place is read-only: choose another one."
    default: "Check the path and the state of the disk."
    }
}

private func systemText(of code: Int32) -> String {
    // Safe because: glibc answers for every code, with text that is its own or of this thread, and
    // the text is copied at once.
    guard let text = unsafe strerror(code) else { return "unknown error" }
    return unsafe String(cString: text)
}
