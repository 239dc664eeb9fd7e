package import LockstepFiles

/// How a log is written.
package struct AuditLogSettings: Hashable, Sendable {
    /// When written bytes are brought to the medium.
    package enum Sync: String, Hashable, Sendable, CaseIterable {
        /// When the system likes.
        case none
        /// When the log is closed.
        case close
        /// After every block.
        case block
    }

    /// Where the number comes from that tells the blocks of one file from those of another.
    package enum Salt: Hashable, Sendable {
        /// From the system: every file differs.
        case random
        /// From the digest of the configuration: equal runs write equal files.
        case derived(SHA256Digest)
    }

    /// The zstd level: 1 (default) or 3.
    package let level: Int
    /// The bytes of records after which a block is sealed: 256 to 8 MiB, 256 KiB by default.
    package let block: Int
    /// When written bytes are brought to the medium.
    package let sync: Sync
    /// Where the salt comes from.
    package let salt: Salt

    /// Makes settings.
    ///
    /// - Throws: ``AuditError/setting(name:value:allowed:)``.
    package init(
        level: Int = 1, block: Int = 256 << 10, sync: Sync = .close, salt: Salt = .random
    ) throws(AuditError) {
        guard level == 1 || level == 3 else {
            throw .setting(name: "level", value: String(level), allowed: "1 or 3")
        }
        guard (256...AuditBlockHead.greatestRaw).contains(block) else {
            throw .setting(name: "block", value: String(block), allowed: "256 to 8388608")
        }
        self.level = level
        self.block = block
        self.sync = sync
        self.salt = salt
    }

    /// Whether equal runs must give equal files.
    var isReproducible: Bool { salt != .random }

    /// A block is sealed here at the latest, so that the longest record still fits.
    var sealLength: Int {
        min(block, AuditBlockHead.greatestRaw - RecordEncoder.greatestRecord - 16)
    }

    var compression: ZstdCompressor.Settings {
        level == 1 ? .records : ZstdCompressor.Settings(level: Int32(level))
    }
}

/// Which run writes a log, and with what; in its head, outside of the digest.
package struct AuditManifest: Hashable, Sendable {
    /// The name of the run.
    package let run: String
    /// The version of the program.
    package let toolVersion: String
    /// When the run began, in wall-clock time as text; left out of reproducible logs.
    package let started: String?
    /// The machine; left out of reproducible logs.
    package let host: String?

    /// Makes a manifest.
    package init(run: String, toolVersion: String, started: String? = nil, host: String? = nil) {
        self.run = run
        self.toolVersion = toolVersion
        self.started = started
        self.host = host
    }

    /// The manifest as JSON, with the settings of the log.
    func json(_ settings: AuditLogSettings) -> String {
        var members = [
            JSONMember("run", .string(run)), JSONMember("tool", .string(toolVersion)),
            JSONMember("zstd", .string(zstdVersion)),
            JSONMember("level", .integer(Int64(settings.level))),
            JSONMember("block", .integer(Int64(settings.block))),
        ]
        if !settings.isReproducible {
            if let started { members.append(JSONMember("started", .string(started))) }
            if let host { members.append(JSONMember("host", .string(host))) }
        }
        return JSONValue.object(members).text()
    }
}
