import LockstepFiles

/// Where a block begins: everything that reading from there needs.
struct BlockPlace: Hashable {
    var number: UInt64
    var offset: UInt64
    /// The number of its first record.
    var sequence: UInt64
}

extension AuditIndex.Entry {
    /// Where its block begins.
    ///
    /// - Parameter block: The number of the block.
    /// - Returns: The place.
    func place(of block: Int) -> BlockPlace {
        BlockPlace(number: UInt64(block), offset: offset, sequence: firstSequence)
    }
}

/// Where the blocks of a log are, by its index or by its heads; no block is read for it.
struct BlockMap {
    let entries: [AuditIndex.Entry]
    /// Behind the last block.
    let end: BlockPlace
    /// In what state the log is, as far as heads tell.
    let status: AuditStatus

    /// Finds the blocks.
    ///
    /// - Parameter log: The log.
    /// - Throws: ``AuditError/files(_:)``.
    init(_ log: AuditLog) throws(AuditError) {
        if let tail = log.tail {
            entries = tail.index.entries
            end = BlockPlace(
                number: UInt64(entries.count), offset: tail.offset,
                sequence: tail.index.records + 1)
            status = .closed(tail.index.status)
            return
        }
        let scanner = try BlockScanner(log.source)
        var found: AuditStatus?
        while found == nil {
            switch try scanner.look() {
            case .end(let status): found = status
            case .block(let head): found = try scanner.skip(head)
            }
        }
        entries = scanner.entries
        end = BlockPlace(
            number: scanner.number, offset: scanner.offset, sequence: scanner.nextSequence)
        status = found ?? .torn(scanner.damage(.unfinished))
    }

    /// The place of a block; with the count of blocks, the end.
    func place(_ block: Int) -> BlockPlace {
        block < entries.count ? entries[block].place(of: block) : end
    }

    /// The number of the record behind the last one of a block.
    func endSequence(_ block: Int) -> UInt64 { place(block + 1).sequence }
}
