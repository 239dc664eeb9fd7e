/// Holds what an engine knows, for one engine or for copies that have not changed since.
// Safe because: the state is made and ended with the storage.
@safe
final class EngineStorage<State: ~Copyable> {
    let state: UnsafeMutablePointer<State>

    init(_ value: consuming State) {
        unsafe state = .allocate(capacity: 1)
        unsafe state.initialize(to: value)
    }

    deinit {
        unsafe state.deinitialize(count: 1)
        unsafe state.deallocate()
    }
}
