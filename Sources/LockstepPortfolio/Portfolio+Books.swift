import LockstepModel

/// Valuing what is held at the marks of order books.
extension Portfolio {
    /// Takes the mark of a book.
    mutating func take(_ top: BookTop) {
        let place = Int(top.instrument.rawValue) - 1
        guard let mark = top.markPrice, let count = bookMarks?.count, place >= 0, place < count
        else { return }
        bookMarks?[place] = mark.ticks
    }

    /// Marks what accounts hold; costs a pass over all of it.
    mutating func markBooks() {
        guard let bookMarks else { return }
        for account in accounts.indices {
            for entry in accounts[account].held.indices {
                let holding = Int(accounts[account].held[entry].place)
                let instrument = Int(holdings[holding].instrument.rawValue) - 1
                if let mark = bookMarks[instrument] { accounts[account].held[entry].mark = mark }
            }
        }
    }
}
