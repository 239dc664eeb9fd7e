/// The values of options, checked.
extension Arguments {
    /// The value of an option as a whole number.
    ///
    /// - Parameters:
    ///   - name: The option.
    ///   - least: The least number it takes.
    /// - Returns: The number; nil where the option was not given.
    /// - Throws: ``CommandError/usage(command:message:)``.
    func number<Number: FixedWidthInteger>(
        _ name: String, from least: Number
    ) throws(CommandError) -> Number? {
        guard let text = value(name) else { return nil }
        guard let number = Number(text), number >= least else {
            throw .usage(
                command: commandText,
                message: "--\(name) must be a whole number from \(least), not \"\(text)\".")
        }
        return number
    }

    /// The overrides of the configuration, each with a value.
    var overrides: [String] {
        get throws(CommandError) {
            let texts = allValues("set")
            for text in texts where !text.contains("=") {
                throw .usage(
                    command: commandText,
                    message: "--set \(text) lacks a value: write --set PATH=VALUE.")
            }
            return texts
        }
    }
}
