import LockstepFiles
import LockstepModel

/// What questions to a log name: simulated times and numbers of records.
extension Arguments {
    /// The value of an option as a simulated time.
    ///
    /// - Parameter name: The option.
    /// - Returns: The time; nil where the option was not given.
    /// - Throws: ``CommandError/usage(command:message:)``.
    func time(_ name: String) throws(CommandError) -> Timestamp? {
        guard let text = value(name) else { return nil }
        return try time(text, of: "--\(name)")
    }

    /// A word as a simulated time.
    ///
    /// - Parameters:
    ///   - text: The word.
    ///   - name: What it is called.
    /// - Returns: The time.
    /// - Throws: ``CommandError/usage(command:message:)``.
    func time(_ text: String, of name: String) throws(CommandError) -> Timestamp {
        do {
            return Timestamp(nanoseconds: try CivilTime.nanoseconds(text))
        } catch {
            throw refusal(
                "\(name) is \"\(text)\", which is no time. "
                    + "Write 2004-08-19 or 2004-08-19T16:30:00Z.")
        }
    }

    /// A word as the number of a record.
    ///
    /// - Parameters:
    ///   - text: The word.
    ///   - name: What it is called.
    /// - Returns: The number, from 1.
    /// - Throws: ``CommandError/usage(command:message:)``.
    func sequence(_ text: String, of name: String) throws(CommandError) -> SequenceNumber {
        guard let number = UInt64(text), number > 0 else {
            throw refusal(
                "\(name) is \"\(text)\", which is no number of a record. Write one from 1, as "
                    + "'dump' shows it first.")
        }
        return SequenceNumber(number)
    }

    /// The value of an option that is one of several words.
    ///
    /// - Parameters:
    ///   - name: The option.
    ///   - standard: What is meant where it was not given.
    /// - Returns: The word.
    /// - Throws: ``CommandError/usage(command:message:)``.
    func choice<Choice: RawRepresentable & CaseIterable>(
        _ name: String, _ standard: Choice
    ) throws(CommandError) -> Choice where Choice.RawValue == String {
        guard let text = value(name) else { return standard }
        if let choice = Choice(rawValue: text) { return choice }
        let names = Choice.allCases.map(\.rawValue)
        throw refusal(
            "--\(name) must be \(names.joined(separator: ", ")), not \"\(text)\"."
                + NearestName.suggestion(for: text, among: names))
    }

    /// An error of usage of this command.
    func refusal(_ message: String) -> CommandError {
        .usage(command: commandText, message: message)
    }
}
