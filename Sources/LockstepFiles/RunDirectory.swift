import Glibc

/// The directory of one run, made by us alone: nothing that exists is ever taken over.
package struct RunDirectory: Hashable, Sendable {
    /// Where it lies.
    package let path: String

    /// The path of a file in it.
    package func path(of name: String) -> String { path + "/" + name }

    /// Whether a run may be called so: a letter or digit, then up to 127 of these, `.`, `_` and `-`.
    package static func isValid(name: String) -> Bool {
        let bytes = name.utf8
        guard let first = bytes.first, bytes.count <= 128, isLetterOrDigit(first) else {
            return false
        }
        return bytes.allSatisfy {
            isLetterOrDigit($0)
                || [UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-")].contains($0)
        }
    }

    /// Makes the first free one of `NAME-001`, `NAME-002` and so on.
    ///
    /// - Parameters:
    ///   - parent: The directory it comes to lie in; made, with those above it, if it is missing.
    ///   - name: The name of the run.
    /// - Returns: The new, empty directory. Two processes at once get two of them.
    /// - Throws: ``FilesError/badName(_:)``, ``FilesError/noFreeName(path:)`` after a million, and
    ///   errors of the system.
    package static func nextFree(below parent: String, name: String) throws(FilesError) -> Self {
        guard isValid(name: name) else { throw .badName(name) }
        try checkPath(parent)
        try makeMissing(parent)
        for number in 1...1_000_000 {
            let digits = String(number)
            let padding = String(repeating: "0", count: max(0, 3 - digits.count))
            let path = "\(parent)/\(name)-\(padding)\(digits)"
            if try make(path) { return Self(path: path) }
        }
        throw .noFreeName(path: "\(parent)/\(name)")
    }

    /// Makes exactly this directory, and those above it if they are missing.
    ///
    /// - Parameter path: The directory; must not exist in any form, not even as a broken link.
    /// - Returns: The new, empty directory.
    /// - Throws: ``FilesError/targetExists(path:)`` and errors of the system.
    package static func create(exactly path: String) throws(FilesError) -> Self {
        try checkPath(path)
        var trimmed = path
        while trimmed.count > 1, trimmed.hasSuffix("/") { trimmed.removeLast() }
        try makeMissing(directory(of: trimmed))
        guard try make(trimmed) else { throw .targetExists(path: trimmed) }
        return Self(path: trimmed)
    }

    /// Whether anything has this path, be it a broken link.
    package static func exists(_ path: String) -> Bool {
        var status = stat()
        // Safe because: the structure outlives the call, which keeps no pointer to it.
        return attempt(.size, path) { _ in unsafe lstat(path, &status) } == 0
    }

    /// Takes files of the directory away, and the directory itself when it is empty then.
    ///
    /// - Parameter names: The files; those that are not there are fine.
    /// - Throws: ``FilesError/system(_:path:offset:code:)``.
    package func remove(_ names: [String]) throws(FilesError) {
        for name in names { try File.remove(path(of: name)) }
        do {
            // Safe because: the string lives as long as the call, which keeps no pointer to it.
            _ = try retrying(.remove, path: path) { unsafe rmdir(path) }
        } catch .system(_, _, _, ENOTEMPTY) { return }
    }

    private static func make(_ path: String) throws(FilesError) -> Bool {
        do {
            // Safe because: the string lives as long as the call.
            _ = try retrying(.makeDirectory, path: path) { unsafe mkdir(path, 0o755) }
            return true
        } catch .system(_, _, _, EEXIST) {
            return false
        }
    }

    private static func makeMissing(_ path: String) throws(FilesError) {
        var status = stat()
        // Safe because: the structure outlives the call, which keeps no pointer to it.
        if attempt(.size, path, { _ in unsafe stat(path, &status) }) == 0 {
            if status.st_mode & S_IFMT == S_IFDIR { return }
            throw .system(.makeDirectory, path: path, offset: nil, code: ENOTDIR)
        }
        let parent = directory(of: path)
        if parent != path, parent != "." { try makeMissing(parent) }
        // Another process may have made it in the meantime; that is just as well.
        _ = try make(path)
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }
}
