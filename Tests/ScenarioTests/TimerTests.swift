import LockstepBacktest
import LockstepModel
import LockstepScenarios
import Testing

@Suite struct TimerTests {
    @Test func `a wake between bars makes a step of its own in which every series carries`() throws
    {
        let (lines, result) = try Stage.traces(of: [["frame@1 wake 90", "timer@2 buy 1 10"]])
        #expect(
            lines == [
                "1 0 start | 0s 0 100000 100000",
                "1 1 frame T | 60s 0 100000 100000",
                "1 2 frame - | 90s 0 100000 100000",
                "1 2 timer 1 | 90s 0 100000 100000",
                "1 2 update #1 accepted none | 90s 0 100000 100000",
                "1 3 frame T | 120s 0 100000 100000",
                // Decided at 90 s, within the bar from 60 s: the first bar it may meet begins at
                // 120 s, at 102.00.
                "1 4 fill #1 buy 10@10200 | 180s 10 98980 100020",
                "1 4 frame T | 180s 10 98980 100020",
                "1 5 end | 180s 10 98980 100020",
            ])
        #expect(result.counters.steps == 4)
        #expect(result.counters.bars == 3)
    }

    @Test func `a wake at the time of a bar calls the timer after that frame`() throws {
        let (lines, result) = try Stage.traces(of: [["start@0 wake 120"]])
        #expect(
            lines[2...3] == [
                "1 2 frame T | 120s 0 100000 100000",
                "1 2 timer 1 | 120s 0 100000 100000",
            ])
        #expect(result.counters.steps == 3)
    }

    @Test func `a wake in the past means the next nanosecond`() throws {
        let (lines, result) = try Stage.traces(of: [["frame@1 wake 30"]])
        #expect(
            lines[2...3] == [
                "1 2 frame - | 60s1 0 100000 100000",
                "1 2 timer 1 | 60s1 0 100000 100000",
            ])
        #expect(result.counters.steps == 4)
    }

    @Test func `a wake after the last frame makes no step`() throws {
        let (lines, result) = try Stage.traces(of: [["frame@1 wake 181", "frame@3 wake 200"]])
        #expect(!lines.contains { $0.contains("timer") })
        #expect(result.counters.steps == 3)
        #expect(result.status == .completed)
    }

    @Test func `timers of one instant are called by their numbers, in one step`() throws {
        let (lines, result) = try Stage.traces(of: [
            ["frame@1 wake 100", "frame@1 wake 90", "frame@1 wake 90"], ["start@0 wake 90"],
        ])
        #expect(
            lines.filter { $0.contains("timer") } == [
                "1 2 timer 2 | 90s 0 100000 100000", "1 2 timer 3 | 90s 0 100000 100000",
                "2 2 timer 1 | 90s 0 100000 100000", "1 3 timer 1 | 100s 0 100000 100000",
            ])
        // Three bars, and the instants 90 s and 100 s.
        #expect(result.counters.steps == 5)
    }

    @Test func `an order good till a date between bars ends at that date`() throws {
        let (lines, _) = try Stage.traces(of: [["frame@1 buy 1 1 limit 9000 until 90"]])
        #expect(
            lines[3...4] == [
                "1 2 update #1 expired date | 90s 0 100000 100000",
                "1 2 frame - | 90s 0 100000 100000",
            ])
    }
}
