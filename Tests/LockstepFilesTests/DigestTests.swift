import Foundation
import Testing

@testable import LockstepFiles

@Suite struct DigestTests {
    // FIPS 180-4 examples and the well-known digest of nothing.
    static let known: [(text: String, hex: String)] = [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
    ]

    @Test(arguments: known)
    func `known answers`(text: String, hex: String) throws {
        #expect(try Digest.sha256(Array(text.utf8).span).description == hex)
    }

    @Test func `a snapshot does not end the digest`() throws {
        var digest = try Digest()
        digest.update(Array("ab".utf8).span)
        let part = try digest.snapshot()
        #expect(part == (try Digest.sha256(Array("ab".utf8).span)))
        digest.update(Array("c".utf8).span)
        #expect(try digest.snapshot().description == Self.known[1].hex)
        #expect(try digest.finish().description == Self.known[1].hex)
    }

    @Test func `a file has the digest of its bytes`() throws {
        try withScratch { directory in
            // A million letters a: the third example of FIPS 180-4, more than one read with the rest.
            try AtomicWrite.write(String(repeating: "a", count: 1_000_000), to: directory + "/a")
            let found = try Digest.sha256(ofFile: directory + "/a")
            #expect(
                found.digest.description
                    == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
            #expect(found.size == 1_000_000)
        }
    }

    @Test func `text and bytes go both ways`() throws {
        let digest = try #require(SHA256Digest(hex: Self.known[1].hex.uppercased()))
        #expect(digest.bytes.count == 32)
        #expect(digest.bytes.prefix(2) == [0xBA, 0x78])
        #expect(SHA256Digest(bytes: digest.bytes) == digest)
        let json = try JSONEncoder().encode([digest])
        #expect(String(decoding: json, as: UTF8.self) == "[\"\(Self.known[1].hex)\"]")
        #expect(try JSONDecoder().decode([SHA256Digest].self, from: json) == [digest])
    }

    @Test(arguments: [
        "", "ba78", String(repeating: "g", count: 64), String(repeating: "a", count: 65),
    ])
    func `other text is no digest`(hex: String) { #expect(SHA256Digest(hex: hex) == nil) }
}

@Suite struct ChecksumTests {
    @Test func `the known answer`() {
        #expect(Checksum.crc32c(Array("123456789".utf8)) == 0xE306_9283)
        #expect(Checksum.crc32cByTable(Array("123456789".utf8).span) == 0xE306_9283)
    }

    // RFC 3720, B.4.
    @Test func `the examples of iSCSI`() {
        #expect(Checksum.crc32c([UInt8](repeating: 0, count: 32)) == 0x8A91_36AA)
        #expect(Checksum.crc32c([UInt8](repeating: 0xFF, count: 32)) == 0x62A8_AB43)
        #expect(Checksum.crc32c(Array(0..<32)) == 0x46DD_794E)
    }

    @Test(arguments: Array(0..<40) + [1000, 4097])
    func `table and instruction agree, in one piece or two`(count: Int) {
        let bytes = noise(count, seed: UInt64(count) + 1)
        let whole = Checksum.crc32c(bytes)
        #expect(Checksum.crc32cByTable(bytes.span) == whole)
        var parts = Checksum()
        parts.update(bytes.span.extracting(0..<count / 3))
        parts.update(bytes.span.extracting(count / 3..<count))
        #expect(parts.value == whole)
    }
}
