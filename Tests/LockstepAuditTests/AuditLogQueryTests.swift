import LockstepBus
import LockstepFiles
import LockstepModel
import Testing

@testable import LockstepAudit

@Suite struct AuditLogQueryTests {
    @Test("a query by time or number reads at most two blocks more than it needs")
    func economy() throws {
        let bytes = try SampleLog(block: 512, steps: 300).bytes()
        let blocks = frames(of: bytes)
        #expect(blocks.count > 30)
        let torn = try AuditLog(bytes: Array(bytes[..<(blocks.last?.upperBound ?? 0)]))
        for log in [try AuditLog(bytes: bytes), torn] {
            for first in stride(from: Int64(0), to: 300, by: 37) {
                for length in [Int64(0), 1, 20, 150] {
                    let from = Timestamp(nanoseconds: 1_000_000_000 + first * 60)
                    let to = Timestamp(nanoseconds: from.nanoseconds + length * 60)
                    let needed = blocks.count { block in
                        let head = try? AuditBlockHead.decode(
                            bytes.span.extracting(block.lowerBound..<block.lowerBound + 136)
                        ).head
                        return head.map { $0.earliest <= to && $0.latest >= from } ?? false
                    }
                    let reader = try log.reader(AuditFilter(times: from...to))
                    var count = 0
                    while try reader.next() != nil { count += 1 }
                    #expect(count > 0)
                    #expect(reader.blocksRead + log.blocksRead <= UInt64(needed) + 2)
                    #expect(reader.blocksRead == UInt64(needed))
                }
            }
            for sequence in UInt64(1)...40 {
                let record = try #require(try log.record(SequenceNumber(sequence * 15)))
                #expect(record.sequence.rawValue == sequence * 15)
            }
            #expect(try log.record(.none) == nil)
            #expect(try log.record(SequenceNumber(100_000)) == nil)
        }
        #expect(try AuditLog(bytes: bytes).blocksRead == 0)
    }

    @Test("causes are followed to the first, up to a limit")
    func causes() throws {
        let bytes = try SampleLog(block: 512, steps: 100).bytes()
        let log = try AuditLog(bytes: bytes)
        // Each sample has the one of the step before as its cause: 204 records, two a step.
        let chain = try log.causes(of: SequenceNumber(42), limit: 100)
        #expect(chain.map(\.sequence.rawValue) == (0..<20).map { UInt64(42 - 2 * $0) })
        #expect(chain.last?.cause == SequenceNumber.none)
        #expect(try log.causes(of: SequenceNumber(202), limit: 7).count == 7)
        #expect(try log.causes(of: SequenceNumber(5_000)).isEmpty)
    }
}
