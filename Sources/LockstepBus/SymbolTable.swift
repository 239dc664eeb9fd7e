/// The numbers of the texts of one run.
///
/// Texts of the set-up are numbered one after another. Those that services bring later get numbers
/// that belong to the service alone, so that no number depends on which service was first.
struct SymbolTable {
    private var shared: [String: UInt32] = [:]
    private var own: [Int: [String: UInt32]] = [:]
    private var texts: [UInt32: String] = [:]

    /// The text behind a number; `nil` for a number that was never given out.
    subscript(_ number: UInt32) -> String? { texts[number] }

    /// The number of a text for a service, if it has one.
    func number(of text: String, for member: Int) -> UInt32? {
        shared[text] ?? own[member]?[text]
    }

    /// Numbers a text of the set-up; after the first text of a service there are no more.
    mutating func addShared(_ text: String) -> UInt32 {
        let number = UInt32(clamping: shared.count + 1)
        shared[text] = number
        texts[number] = text
        return number
    }

    /// Numbers a text of a service.
    ///
    /// The n-th text of service m has the number 256 · n + m after those of the set-up, whatever
    /// other services there are and do.
    ///
    /// - Parameters:
    ///   - text: A text without a number.
    ///   - member: The service.
    /// - Returns: The number; nil when there are no more.
    mutating func add(_ text: String, by member: Int) -> UInt32? {
        let count = own[member]?.count ?? 0
        let number = shared.count + 1 + count * BusCore.greatestCountOfServices + member
        guard let number = UInt32(exactly: number) else { return nil }
        own[member, default: [:]][text] = number
        texts[number] = text
        return number
    }

    /// Whether services have brought texts.
    var hasOwn: Bool { !own.isEmpty }
}
