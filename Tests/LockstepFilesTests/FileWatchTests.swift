import Foundation
import LockstepFiles
import Testing

@Suite struct FileWatchTests {
    private func scratch(_ body: (String) throws -> Void) throws {
        let path = NSTemporaryDirectory() + "lockstep-watch-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: path) }
        try body(path)
    }

    @Test("a change since the watch began ends a wait at once")
    func change() throws {
        try scratch { directory in
            let path = directory + "/file"
            try Data([1]).write(to: URL(fileURLWithPath: path))
            let watch = FileWatch(path)
            let file = try #require(FileHandle(forWritingAtPath: path))
            for _ in 0..<3 {
                try file.write(contentsOf: Data([2]))
                let began = ContinuousClock.now
                watch.wait(atMost: 1000)
                #expect(began.duration(to: .now) < .milliseconds(500))
            }
        }
    }

    @Test("without a change a wait lasts as long as asked, also for a file that is not there")
    func nothing() throws {
        try scratch { directory in
            try Data([1]).write(to: URL(fileURLWithPath: directory + "/file"))
            for name in ["file", "none"] {
                let watch = FileWatch("\(directory)/\(name)")
                let began = ContinuousClock.now
                watch.wait(atMost: 50)
                #expect(began.duration(to: .now) >= .milliseconds(45))
                watch.wait(atMost: 0)
            }
        }
    }

    @Test("a file aside has its name only when it is published, and is gone when it is not")
    func aside() throws {
        try scratch { directory in
            let path = directory + "/copy"
            func names() throws -> [String] {
                try FileManager.default.contentsOfDirectory(atPath: directory)
            }
            do {
                let file = try AsideFile(creating: path)
                let bytes: [UInt8] = [1, 2]
                try file.write(bytes.span)
                #expect(try !names().contains("copy") && names().count == 1)
            }
            #expect(try names().isEmpty)
            let file = try AsideFile(creating: path)
            let other = try AsideFile(creating: path)
            let bytes: [UInt8] = [1, 2, 3]
            try file.write(bytes.span)
            try file.publish()
            #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == Data([1, 2, 3]))
            // Another file has taken the name meanwhile, and keeps it.
            #expect(throws: FilesError.targetExists(path: path)) { try other.publish() }
            other.discard()
            #expect(try names() == ["copy"])
            #expect(throws: FilesError.targetExists(path: path)) {
                _ = try AsideFile(creating: path)
            }
        }
    }
}
