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
    /// Its n-th text has the number that Cantor's pairing function gives to it and the service,
    /// which keeps numbers small and needs to know nothing of other services.
    mutating func add(_ text: String, by member: Int) -> UInt32 {
        let count = own[member]?.count ?? 0
        let diagonal = count + member
        let number = UInt32(
            clamping: shared.count + 1 + diagonal * (diagonal + 1) / 2 + member)
        own[member, default: [:]][text] = number
        texts[number] = text
        return number
    }

    /// Whether services have brought texts.
    var hasOwn: Bool { !own.isEmpty }
}
