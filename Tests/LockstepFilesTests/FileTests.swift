import Foundation
import Testing

@testable import LockstepFiles

@Suite struct FileTests {
    @Test func `what was written is read back, in parts and in sequence`() throws {
        try withScratch { directory in
            let path = directory + "/a"
            let file = try File(creating: path)
            try file.write(Array("hello ".utf8))
            try file.write(Array("world".utf8))
            try file.synchronize()
            #expect(file.offset == 11)
            #expect(try file.size() == 11)
            try file.close()
            try File.synchronizeDirectory(directory)

            let again = try File(reading: path)
            #expect(try again.bytes(5, at: 6) == Array("world".utf8))
            var buffer = [UInt8](repeating: 0, count: 8)
            #expect(try again.read(into: &buffer, 2..<8) == 6)
            #expect(buffer == [0, 0] + Array("hello ".utf8))
            #expect(try again.read(into: &buffer, 0..<8) == 5)
            #expect(try again.read(into: &buffer, 0..<8) == 0)
        }
    }

    @Test func `an existing file is never made anew`() throws {
        try withScratch { directory in
            let path = directory + "/a"
            try File(creating: path).close()
            #expect(throws: FilesError.targetExists(path: path)) { try File(creating: path) }
        }
    }

    @Test func `a link is not written through, even a broken one`() throws {
        try withScratch { directory in
            let path = directory + "/link"
            try FileManager.default.createSymbolicLink(
                atPath: path, withDestinationPath: directory + "/target")
            #expect(throws: FilesError.targetExists(path: path)) { try File(creating: path) }
            #expect(try names(in: directory) == ["link"])
        }
    }

    @Test func `a missing file is told apart`() throws {
        try withScratch { directory in
            let error = try #require(throws: FilesError.self) {
                try File(reading: directory + "/none")
            }
            #expect(error.isMissingFile)
            #expect(
                error
                    == .system(.open, path: directory + "/none", offset: nil, code: ENOENT))
        }
    }

    @Test func `a full device is told with the offset`() throws {
        // The device refuses every byte with ENOSPC.
        let error = try #require(throws: FilesError.self) {
            let file = try File(path: "/dev/full", operation: .open, flags: O_WRONLY)
            try file.write([1, 2, 3])
        }
        #expect(error == .system(.write, path: "/dev/full", offset: 0, code: ENOSPC))
        #expect(error.isWriteFailure)
        #expect(error.description.contains("disk is full"))
    }

    @Test func `a closed file refuses with an error of the system`() throws {
        try withScratch { directory in
            let file = try File(creating: directory + "/a")
            try file.close()
            try file.close()
            #expect(throws: FilesError.system(.write, path: file.path, offset: 0, code: EBADF)) {
                try file.write([1])
            }
        }
    }

    @Test func `a stretch that is not there is an error`() throws {
        try withScratch { directory in
            let file = try File(creating: directory + "/a")
            try file.write([1, 2, 3])
            #expect(
                throws: FilesError.unexpectedEnd(path: file.path, offset: 2, needed: 4, found: 1)
            ) { try file.bytes(4, at: 2) }
        }
    }

    @Test(arguments: ["", "a\0b"])
    func `a path that no file can have is refused`(path: String) {
        #expect(throws: FilesError.badPath(path)) { try File(reading: path) }
    }

    @Test func `the whole content is read up to a limit`() throws {
        try withScratch { directory in
            let bytes = noise(200_000)
            let file = try File(creating: directory + "/a")
            try file.write(bytes)
            #expect(try File.contents(of: file.path, limit: 200_000) == bytes)
            #expect(throws: FilesError.tooLarge(path: file.path, size: 200_000, limit: 199_999)) {
                try File.contents(of: file.path, limit: 199_999)
            }
        }
    }

    @Test(
        arguments: [
            ("a", "."), ("/a", "/"), ("b/a", "b"), ("/c/b/a", "/c/b"),
        ])
    func `the directory of a path`(path: String, expected: String) {
        #expect(directory(of: path) == expected)
    }
}

@Suite struct AtomicWriteTests {
    @Test func `the target has the new content and nothing lies beside it`() throws {
        try withScratch { directory in
            try AtomicWrite.write("one", to: directory + "/a")
            try AtomicWrite.write("two", to: directory + "/a")
            #expect(
                try File.contents(of: directory + "/a", limit: 10) == Array("two".utf8))
            #expect(try names(in: directory) == ["a"])
        }
    }

    @Test func `an error leaves the target and the directory as they were`() throws {
        try withScratch { directory in
            // A file cannot be renamed over a directory.
            try FileManager.default.createDirectory(
                atPath: directory + "/a/b", withIntermediateDirectories: true)
            let error = try #require(throws: FilesError.self) {
                try AtomicWrite.write("one", to: directory + "/a")
            }
            #expect(error.isWriteFailure)
            #expect(try names(in: directory) == ["a"])
        }
    }
}

@Suite struct RunDirectoryTests {
    @Test func `numbers go up from 001 and skip what exists`() throws {
        try withScratch { directory in
            let parent = directory + "/runs"
            #expect(
                try RunDirectory.nextFree(below: parent, name: "ma").path == parent + "/ma-001")
            try AtomicWrite.write("", to: parent + "/ma-002")
            #expect(
                try RunDirectory.nextFree(below: parent, name: "ma").path == parent + "/ma-003")
            #expect(try names(in: parent) == ["ma-001", "ma-002", "ma-003"])
        }
    }

    @Test func `an exact directory is made with its parents`() throws {
        try withScratch { directory in
            let made = try RunDirectory.create(exactly: directory + "/x/y/z/")
            #expect(made.path == directory + "/x/y/z")
            #expect(made.path(of: "result.json") == directory + "/x/y/z/result.json")
            #expect(RunDirectory.exists(made.path))
        }
    }

    @Test func `whatever exists is refused, a broken link too`() throws {
        try withScratch { directory in
            try FileManager.default.createSymbolicLink(
                atPath: directory + "/link", withDestinationPath: directory + "/none")
            for path in [directory, directory + "/link"] {
                let error = try #require(throws: FilesError.self) {
                    try RunDirectory.create(exactly: path)
                }
                #expect(error == .targetExists(path: path))
                #expect(error.isAboutTarget)
            }
        }
    }

    @Test func `a parent that is a file cannot hold a directory`() throws {
        try withScratch { directory in
            try AtomicWrite.write("", to: directory + "/a")
            let error = try #require(throws: FilesError.self) {
                try RunDirectory.create(exactly: directory + "/a/b")
            }
            #expect(error.isAboutTarget)
        }
    }

    @Test(
        arguments: [
            "", ".", "..", "-a", "a/b", "a b", "ä", "a\0", String(repeating: "a", count: 129),
        ])
    func `bad names are refused`(name: String) {
        #expect(throws: FilesError.badName(name)) {
            try RunDirectory.nextFree(below: "/nonexistent", name: name)
        }
    }

    @Test(arguments: ["a", "9", "Ma-cross_1.2", String(repeating: "a", count: 128)])
    func `good names pass`(name: String) { #expect(RunDirectory.isValid(name: name)) }
}
