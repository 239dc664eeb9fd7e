import Testing

@testable import LockstepFiles

@Suite struct ZstdTests {
    static func frame(
        _ bytes: [UInt8], _ settings: ZstdCompressor.Settings = .init()
    ) throws -> [UInt8] {
        var compressor = try ZstdCompressor(settings)
        var output: [UInt8] = []
        let count = try compressor.compress(bytes.span, into: &output)
        return Array(output.prefix(count))
    }

    static func content(_ frame: [UInt8], size: Int) throws -> [UInt8] {
        var decompressor = try ZstdDecompressor()
        var output: [UInt8] = []
        try decompressor.decompress(frame.span, size: size, into: &output)
        return output
    }

    @Test(arguments: [0, 1, 255, 256, 257, 65_791, 65_792, 262_144, 1 << 20])
    func `content comes back, whatever its size`(size: Int) throws {
        // Halves: one that compresses, one that does not.
        let bytes = [UInt8](repeating: 7, count: size / 2) + noise(size - size / 2)
        let all: [ZstdCompressor.Settings] = [.init(level: 1), .init(level: 6), .records]
        for settings in all {
            #expect(try Self.content(Self.frame(bytes, settings), size: size) == bytes)
        }
    }

    @Test func `one context makes the same frame each time and keeps its buffer`() throws {
        let bytes = Array(repeatElement(noise(100), count: 50).joined())
        var compressor = try ZstdCompressor(.records)
        var output: [UInt8] = []
        let first = try compressor.compress(bytes.span, into: &output)
        let frame = Array(output.prefix(first))
        let capacity = output.capacity
        for _ in 0..<3 {
            let count = try compressor.compress(bytes.span, into: &output)
            #expect(Array(output.prefix(count)) == frame)
        }
        #expect(output.capacity == capacity)
    }

    @Test func `a head tells size, checksum and window`() throws {
        let frame = try Self.frame(noise(5000))
        let header = try FrameHeader(frame.span)
        #expect(header.contentSize == 5000)
        #expect(header.hasChecksum)
        #expect(header.dictionaryID == 0)
        #expect(header.windowSize == 5000)
    }

    @Test func `another size than declared is refused before decompression`() throws {
        // A bomb: 8 MiB of zeros in some hundred bytes.
        let frame = try Self.frame([UInt8](repeating: 0, count: 8 << 20))
        #expect(frame.count < 2000)
        #expect(
            throws: FilesError.frameRefused(.contentSize(declared: 8 << 20, expected: 1000))
        ) { try Self.content(frame, size: 1000) }
    }

    @Test func `a window above 8 MiB is refused`() throws {
        // By hand: no single segment, checksum, size of 8 bytes; window byte 0x70 is 2^(10 + 14).
        let wide: [UInt8] = [0x28, 0xB5, 0x2F, 0xFD, 0xC4, 0x70, 1, 0, 0, 0, 0, 0, 0, 0, 0]
        #expect(
            throws: FilesError.frameRefused(.window(bytes: 1 << 24, limit: 8 << 20))
        ) { try Self.content(wide, size: 1) }
    }

    @Test func `heads that lack what they must have are refused`() throws {
        let magic: [UInt8] = [0x28, 0xB5, 0x2F, 0xFD]
        // Single segment, size 1 in one byte, no checksum; then with checksum and a dictionary.
        #expect(throws: FilesError.frameRefused(.noChecksum)) {
            try Self.content(magic + [0x20, 1, 0], size: 1)
        }
        #expect(throws: FilesError.frameRefused(.dictionary)) {
            try Self.content(magic + [0x25, 9, 1, 0], size: 1)
        }
        // No single segment and no size field.
        #expect(throws: FilesError.frameRefused(.noContentSize)) {
            try Self.content(magic + [0x04, 0, 0], size: 1)
        }
        for bad in [[], magic, [0x50, 0x2A, 0x4D, 0x18, 0, 0, 0, 0], magic + [0x08, 0, 0]] {
            #expect(throws: FilesError.frameRefused(.notAFrame)) { try Self.content(bad, size: 1) }
        }
    }

    @Test func `bytes after the frame and a frame cut short are refused`() throws {
        let frame = try Self.frame(noise(1000))
        #expect(
            throws: FilesError.frameRefused(.length(frame: frame.count, given: frame.count + 1))
        ) { try Self.content(frame + [0], size: 1000) }
        #expect(throws: FilesError.self) {
            try Self.content(frame + frame, size: 1000)
        }
        for cut in [1, 4, 500] {
            #expect(throws: FilesError.self) {
                try Self.content(Array(frame.dropLast(cut)), size: 1000)
            }
        }
    }

    @Test func `every changed byte is noticed`() throws {
        let bytes = Array("a text that repeats, a text that repeats, and ends".utf8)
        let frame = try Self.frame(bytes)
        for index in frame.indices {
            for bit in 0..<8 {
                var damaged = frame
                damaged[index] ^= 1 << UInt8(bit)
                let result = try? Self.content(damaged, size: bytes.count)
                #expect(result == nil || result == bytes, "byte \(index), bit \(bit)")
            }
        }
    }

    @Test func `a setting the library does not know is refused`() {
        #expect(throws: FilesError.self) { try Self.frame([1], .init(windowLog: 99)) }
    }
}
