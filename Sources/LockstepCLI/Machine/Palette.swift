/// Colours and weights for a terminal; without effect where nobody sees them.
struct Palette: Hashable, Sendable {
    /// What `--color` may say.
    enum Choice: String, CaseIterable, Sendable {
        case auto, always, never
    }

    /// Whether anything is coloured.
    let isOn: Bool

    /// Everything as it is.
    static let plain = Palette(isOn: false)

    /// Decides as other programs do: what was asked for, then the environment, then the terminal.
    ///
    /// - Parameters:
    ///   - choice: What `--color` says.
    ///   - environment: The variables of the process: `NO_COLOR` and `TERM`.
    ///   - isTerminal: Whether a person looks on.
    init(_ choice: Choice, environment: [String: String], isTerminal: Bool) {
        switch choice {
        case .always: isOn = true
        case .never: isOn = false
        case .auto:
            let isRefused = environment["NO_COLOR"].map { !$0.isEmpty } ?? false
            let term = environment["TERM"] ?? ""
            isOn = isTerminal && !isRefused && !term.isEmpty && term != "dumb"
        }
    }

    private init(isOn: Bool) { self.isOn = isOn }

    /// What is looked for first.
    func strong(_ text: String) -> String { paint(text, "1") }

    /// What is there when it is needed.
    func faint(_ text: String) -> String { paint(text, "2") }

    /// What is good, or bought.
    func good(_ text: String) -> String { paint(text, "32") }

    /// What is bad, or sold.
    func bad(_ text: String) -> String { paint(text, "31") }

    /// The name of a thing.
    func name(_ text: String) -> String { paint(text, "36") }

    /// A line of a dump: number and time step back, the topic stands out.
    func record(_ line: String) -> String {
        guard isOn else { return line }
        let words = line.split(separator: " ", maxSplits: 3, omittingEmptySubsequences: false)
        guard words.count >= 3 else { return line }
        let rest = words.count > 3 ? " " + words[3] : ""
        return faint("\(words[0]) \(words[1])") + " " + name(String(words[2])) + rest
    }

    private func paint(_ text: String, _ code: String) -> String {
        isOn && !text.isEmpty ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
    }
}
