import Foundation
import LockstepBacktest
import LockstepModel
import Testing

@testable import LockstepCLI

@Suite struct OwnPartsTests {
    @Test func `a property that does not hold ends the command with 70 and says where`() throws {
        let scratch = try Scratch()
        try scratch.write(Sample.bars, "A.csv")
        let path = try scratch.write(Sample.configuration(), "a.toml")
        // Two lots are bought at the open of the second bar, which the step of its end books.
        let own = OwnParts(invariants: [.positionLimit(Quantity(lots: 1), of: "A")])
        let spoken = try Spoken(["run", path, "--out", scratch("out"), "--quiet"], own)
        #expect(spoken.code == .runFailed)
        #expect(
            spoken.error.contains(
                "invariant \"at most 1 lots of A\" does not hold at 2020-01-03T00:00:00Z: "
                    + "account 1 holds 2 lots of A"), "\(spoken.error)")
        #expect(spoken.error.contains("service 'invariants' in step 2, event "))
        #expect(
            try Spoken("audit", "verify", "--semantics", scratch("out/audit.lka")).code == .success)
        #expect(try scratch.read("out/result.json").contains("\"failed\""))
    }

    @Test func `properties that hold and observers change no digest`() throws {
        let scratch = try Scratch()
        try scratch.write(Sample.bars, "A.csv")
        let path = try scratch.write(Sample.configuration(), "a.toml")
        let words = ["run", path, "--quiet", "--reproducible", "--out"]
        let own = OwnParts(invariants: [.cashNeverNegative, .noFillWithoutAcceptedOrder])
        #expect(try Spoken(words + [scratch("plain")]).code == .success)
        #expect(try Spoken(words + [scratch("watched")], own).code == .success)
        for name in ["fills.csv", "equity.csv"] {
            #expect(try scratch.read("plain/" + name) == scratch.read("watched/" + name))
        }
        let logs = try ["plain", "watched"].map {
            try Data(contentsOf: URL(filePath: scratch($0 + "/audit.lka")))
        }
        #expect(logs[0] == logs[1])
    }
}
