/// What random bytes are taken for, and what must hold for any of them.
package enum FuzzTarget: String, Sendable, CaseIterable {
    /// The bytes are a log.
    case raw
    /// The bytes are records and fields of heads; every checksum is made right.
    case signed
    /// The bytes decide a schema and values, and are then a payload.
    case schema

    /// Something that must not be, found on some input.
    package struct Finding: Error, Hashable, CustomStringConvertible {
        package let description: String

        init(_ description: String) { self.description = description }
    }

    /// Runs one input; a trap is a finding too.
    ///
    /// - Parameter input: Any bytes.
    /// - Throws: ``Finding``.
    package func run(_ input: [UInt8]) throws {
        switch self {
        case .raw: try LogExamination.run(input)
        case .signed: try LogExamination.run(try LogForge.log(from: input))
        case .schema: try SchemaExamination.run(input)
        }
    }

    /// The log that an input of ``signed`` is made into.
    package static func log(from input: [UInt8]) throws -> [UInt8] {
        try LogForge.log(from: input)
    }

    static func require(_ condition: Bool, _ what: @autoclosure () -> String) throws {
        if !condition { throw Finding(what()) }
    }
}
