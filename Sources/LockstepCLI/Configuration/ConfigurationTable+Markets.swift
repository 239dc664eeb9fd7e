import LockstepFiles
import LockstepMarket

extension ConfigurationTable {
    /// Validates settings of a market that were read from the table, and names the key at fault.
    func validate(_ body: () throws(MarketError) -> Void) throws(CommandError) {
        do throws(MarketError) { try body() } catch {
            guard case .invalidSetting(let name, let why) = error else {
                throw .configuration(place: "\(place)", message: "\(path): \(error)")
            }
            let key = name.split(separator: ".").first.map(String.init) ?? name
            throw .configuration(
                place: "\(self[key]?.place ?? place)",
                message: "\(path).\(name) is refused: \(why).")
        }
    }
}
