import LockstepBus
import LockstepFiles
import LockstepModel
import Testing

@testable import LockstepAudit

@Suite struct AuditSalvageTests {
    private func salvage(
        _ bytes: [UInt8], _ filter: AuditFilter = AuditFilter()
    ) throws -> (records: [AuditRecord], reader: AuditLogReader) {
        let reader = try AuditLog(bytes: bytes).reader(filter, salvaging: true)
        var records: [AuditRecord] = []
        while let record = try reader.next() { records.append(record) }
        return (records, reader)
    }

    @Test("one damaged block is one gap, and all other records are there")
    func oneBlock() throws {
        let bytes = try SampleLog(block: 512, steps: 100).bytes()
        let blocks = frames(of: bytes)
        let all = try readAll(bytes).records
        let ends = try blocks.map { try readAll(Array(bytes[..<$0.upperBound])).records.count }
        #expect(blocks.count > 5)
        for block in blocks.indices {
            // In its head, and in its frame.
            for place in [blocks[block].lowerBound + 90, blocks[block].upperBound - 2] {
                var damaged = bytes
                damaged[place] ^= 4
                let (records, reader) = try salvage(damaged)
                let lost = (block == 0 ? 0 : ends[block - 1])..<ends[block]
                if block == blocks.count - 1, place == blocks[block].upperBound - 2 {
                    // Nothing follows the last block, so there is nothing to go on with.
                    #expect(reader.gaps.isEmpty)
                } else if block < blocks.count - 1 {
                    let gap = try #require(reader.gaps.first)
                    #expect(reader.gaps.count == 1)
                    #expect(gap.blocks == UInt64(block)..<UInt64(block + 1))
                    #expect(
                        gap.sequences == UInt64(lost.lowerBound + 1)..<UInt64(lost.upperBound + 1))
                    #expect(
                        gap.bytes == UInt64(
                            blocks[block].lowerBound)..<UInt64(blocks[block].upperBound))
                    #expect(reader.status == .corrupt(gap.damage))
                }
                #expect(records == Array(all[..<lost.lowerBound] + all[lost.upperBound...]))
                // Without salvage all ends before the block.
                #expect(try readAll(damaged).records == Array(all[..<lost.lowerBound]))
            }
        }
    }

    @Test("several gaps are told each, also of blocks that are cut out")
    func several() throws {
        let bytes = try SampleLog(block: 512, steps: 100).bytes()
        let blocks = frames(of: bytes)
        var damaged = bytes
        damaged[blocks[2].upperBound - 2] ^= 1
        damaged.removeSubrange(blocks[4].lowerBound..<blocks[6].upperBound)
        let (records, reader) = try salvage(damaged)
        #expect(reader.gaps.map(\.blocks) == [2..<3, 4..<7])
        #expect(reader.gaps.last?.bytes.isEmpty == true)
        let lost = reader.gaps.map(\.sequences)
        let kept = try readAll(bytes).records.filter { record in
            !lost.contains { $0.contains(record.sequence.rawValue) }
        }
        #expect(records == kept)
    }

    @Test("conditions hold behind a gap too")
    func filtered() throws {
        let bytes = try SampleLog(block: 512, steps: 100).bytes()
        var damaged = bytes
        damaged[frames(of: bytes)[1].upperBound - 2] ^= 1
        let filter = AuditFilter(topics: [32])
        let (records, reader) = try salvage(damaged, filter)
        let gap = try #require(reader.gaps.first)
        let all = try readAll(bytes, filter).records
        #expect(records == all.filter { !gap.sequences.contains($0.sequence.rawValue) })
        #expect(
            gap.description.hasPrefix("gap at byte \(gap.bytes.lowerBound), "), "\(gap)")
    }

    @Test("a whole log has no gap")
    func whole() throws {
        let bytes = try SampleLog(block: 512, steps: 100).bytes()
        let (records, reader) = try salvage(bytes)
        #expect(reader.gaps.isEmpty)
        #expect(reader.status == .closed(.completed))
        #expect(try records == readAll(bytes).records)
    }
}
