#if FUZZER
    import Foundation
    import LockstepSpecimens

    /// What one process of the fuzzer runs its inputs as.
    private let target = FuzzTarget(
        rawValue: ProcessInfo.processInfo.environment["LOCKSTEP_FUZZ"] ?? "raw")

    /// Called by libFuzzer for every input; a finding ends the process, and libFuzzer keeps the input.
    // Safe because: libFuzzer lends as many bytes as it says, for the time of the call.
    @_cdecl("LLVMFuzzerTestOneInput")
    public func fuzzOneInput(_ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
        let input = unsafe Array(UnsafeBufferPointer(start: data, count: size))
        guard let target else { fatalError("LOCKSTEP_FUZZ: raw, signed or schema") }
        do { try target.run(input) } catch {
            AuditCampaign.tell("FINDING \(error)")
            fatalError()
        }
        return 0
    }
#endif
