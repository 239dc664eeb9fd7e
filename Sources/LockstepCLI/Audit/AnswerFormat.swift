/// How the answer to a question about a log is shown.
enum AnswerFormat: String, CaseIterable {
    case text, json

    /// The option that says it.
    static let option = CommandSyntax.Option.value(
        "format", "FORM", "text (default) or json.", of: .words(allCases.map(\.rawValue)))
}
