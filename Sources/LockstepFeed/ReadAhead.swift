import LockstepFiles
public import LockstepModel
import Synchronization

/// Reads frames on a thread of its own, at most two blocks before they are asked for.
///
/// It gives the same frames as its source does, and throws what that throws at the same place.
/// Frames are exchanged with those of the caller, not copied, so nothing is allocated per frame. The
/// thread has ended when the last copy of the value is gone. Copies share the thread: only one of
/// them may be read.
public struct ReadAhead<Source: FrameSource>: FrameSource, Sendable {
    public let series: [Series]
    public let startTime: Timestamp?
    private let reader: BlockReader<Source>
    private var block = FrameBlock()
    private var position = 0

    /// Begins to read.
    ///
    /// - Parameters:
    ///   - source: The source of the frames.
    ///   - blockSize: Frames of a block, from 1; by default such that a block has some 2048 slots.
    /// - Throws: ``FeedError/noThread(code:)`` when the system refuses a thread.
    public init(_ source: sending Source, blockSize: Int? = nil) throws(FeedError) {
        series = source.series
        startTime = source.startTime
        let size = max(1, blockSize ?? 2048 / max(1, series.count))
        let empty = source.emptyFrame
        reader = try BlockReader(source, empty: empty, size: size)
    }

    /// What was done to the data of the blocks begun so far; exact at the end.
    public var counts: FeedCounts { block.counts }

    public mutating func next(into frame: inout Frame) throws(FeedError) -> Bool {
        while position == block.count {
            switch block.ending {
            case .goesOn: reader.exchange(&block)
            case .end: return false
            case .failure(let error): throw error
            }
            position = 0
        }
        swap(&frame, &block.frames[position])
        position += 1
        return true
    }
}

/// Some frames that follow each other.
private struct FrameBlock: Sendable {
    enum Ending {
        case goesOn
        case end
        case failure(FeedError)
    }

    /// The frames; only the first ``count`` mean something.
    var frames: ContiguousArray<Frame> = []
    var count = 0
    /// What comes after the frames.
    var ending = Ending.goesOn
    var counts = FeedCounts()

    /// Moves the block to the end of a list.
    ///
    /// No reference stays here that would make the other side copy the frames before it writes.
    mutating func move(to list: inout [FrameBlock]) {
        list.append(FrameBlock())
        swap(&self, &list[list.count - 1])
    }
}

/// The thread, and the blocks on their way between it and the caller.
private final class BlockReader<Source: FrameSource>: Sendable {
    /// The blocks that are with neither the thread nor the caller.
    private struct Blocks {
        var empty: [FrameBlock]
        var full: [FrameBlock] = []
        var hasEnded = false
    }

    /// What the thread and the caller share; the thread keeps it as long as it runs.
    private final class Exchange: Sendable {
        /// Only the thread asks for it; nil when the thread has ended.
        let source: Mutex<Source?>
        let blocks: Monitor<Blocks>
        let isStopped = Atomic(false)

        init(_ source: sending Source, _ blocks: [FrameBlock]) {
            self.source = Mutex(source)
            self.blocks = Monitor(Blocks(empty: blocks))
        }

        /// The next block to be filled, waited for; nil when nobody wants it.
        private var nextEmpty: FrameBlock? {
            blocks.withLock(
                when: { !$0.empty.isEmpty || isStopped.load(ordering: .relaxed) },
                { isStopped.load(ordering: .relaxed) ? nil : $0.empty.popLast() })
        }

        /// Fills blocks until the source ends or nobody wants them.
        func run() {
            var goesOn = true
            while goesOn, var block = nextEmpty {
                source.withLock { fill(&block, from: &$0) }
                if case .goesOn = block.ending {} else { goesOn = false }
                blocks.withLock { block.move(to: &$0.full) }
            }
            source.withLock { $0 = nil }
            blocks.withLock { $0.hasEnded = true }
        }

        private func fill(_ block: inout FrameBlock, from source: inout Source?) {
            block.count = 0
            do throws(FeedError) {
                while block.count < block.frames.count, !isStopped.load(ordering: .relaxed) {
                    guard try source?.next(into: &block.frames[block.count]) == true else {
                        block.ending = .end
                        break
                    }
                    block.count += 1
                }
            } catch {
                block.ending = .failure(error)
            }
            if let source { block.counts = source.counts }
        }
    }

    private let shared: Exchange

    init(_ source: sending Source, empty: Frame, size: Int) throws(FeedError) {
        var blocks: [FrameBlock] = []
        for _ in 0..<2 {
            var block = FrameBlock()
            // One by one, so that no two frames share their slots.
            for _ in 0..<size {
                var frame = empty
                frame.slots.reserveCapacity(frame.slots.count)
                block.frames.append(frame)
            }
            blocks.append(block)
        }
        let shared = Exchange(source, blocks)
        // Before self is whole: without a thread there is nothing that deinit could wait for.
        do throws(WorkThread.Refused) {
            _ = try WorkThread { shared.run() }
        } catch {
            throw .noThread(code: error.code)
        }
        self.shared = shared
    }

    deinit {
        shared.blocks.withLock { _ in shared.isStopped.store(true, ordering: .relaxed) }
        shared.blocks.withLock(when: { $0.hasEnded }, { _ in })
    }

    /// Gives a used block back and waits for the next one.
    func exchange(_ block: inout FrameBlock) {
        if !block.frames.isEmpty { shared.blocks.withLock { block.move(to: &$0.empty) } }
        block = shared.blocks.withLock(when: { !$0.full.isEmpty }, { $0.full.removeFirst() })
    }
}
