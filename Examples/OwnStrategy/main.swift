import Lockstep
import LockstepCLI

var strategies = try StrategyRegistry.builtIn()
try strategies.register(GoldenCross.self)
LockstepCommand.main(
    strategies: strategies, invariants: [.cashNeverNegative, .noFillWithoutAcceptedOrder])
