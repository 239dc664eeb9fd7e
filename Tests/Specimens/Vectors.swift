import Foundation

/// The files that keep what logs of this version, and of every released one, look like.
///
/// `NAME.lka` is a log and `NAME.jsonl` what it says; `schemas-N.txt` lists the fields of version N.
package struct Vectors: Sendable {
    package let folder: String

    /// Names the folder.
    package init(_ folder: String) { self.folder = folder }

    /// Writes all of this version's files anew.
    package func record() throws {
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        for specimen in SpecimenBank.all + [ReleasedLog.specimen] {
            let bytes = try specimen.bytes()
            try write(Data(bytes), specimen.name + ".lka")
            let lines = try SpecimenBank.transcript(bytes)
            try write(Data(lines.map { $0 + "\n" }.joined().utf8), specimen.name + ".jsonl")
        }
        try write(
            Data(SchemaListing(ReleasedLog.topics).text.utf8),
            "schemas-\(ReleasedLog.version).txt")
    }

    /// The names of all logs there are, without their endings.
    package func names() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder)
            .filter { $0.hasSuffix(".lka") }.map { String($0.dropLast(4)) }.sorted()
    }

    /// The bytes of a log.
    package func log(_ name: String) throws -> [UInt8] { [UInt8](try read(name + ".lka")) }

    /// What a log says.
    package func transcript(_ name: String) throws -> [String] {
        String(decoding: try read(name + ".jsonl"), as: UTF8.self)
            .split(separator: "\n").map(String.init)
    }

    /// The fields of each released version.
    package func released() throws -> [(version: Int, listing: SchemaListing)] {
        try FileManager.default.contentsOfDirectory(atPath: folder).sorted().compactMap { name in
            guard name.hasPrefix("schemas-"), let version = Int(name.dropFirst(8).dropLast(4))
            else { return nil }
            let text = String(decoding: try read(name), as: UTF8.self)
            return (version, SchemaListing(text: text))
        }
    }

    /// The renames that were declared, each `PATH OLD NEW`.
    package func renames() throws -> [String] {
        let name = "renames.txt"
        guard FileManager.default.fileExists(atPath: folder + "/" + name) else { return [] }
        return String(decoding: try read(name), as: UTF8.self).split(separator: "\n")
            .filter { !$0.hasPrefix("#") }.map(String.init)
    }

    private func write(_ data: Data, _ name: String) throws {
        try data.write(to: URL(fileURLWithPath: folder + "/" + name))
    }

    private func read(_ name: String) throws -> Data {
        try Data(contentsOf: URL(fileURLWithPath: folder + "/" + name))
    }
}
