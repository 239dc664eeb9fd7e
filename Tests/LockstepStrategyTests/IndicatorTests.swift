import Foundation
import LockstepModel
import LockstepStrategy
import Testing

private func price(_ ticks: Int64) -> Price { Price(ticks: ticks) }

@Suite("Indicators")
struct IndicatorTests {
    // Sums of three of 1, 2, 4, 8, 16: 7, 14, 28.
    @Test("A moving average is nil until it is warm, then the exact sum over its period")
    func movingAverage() throws {
        var average = try SMA(3)
        let found = [1, 2, 4, 8, 16].map { average.update(price($0)) }
        #expect(found.map { $0?.sum } == [nil, nil, 7, 14, 28])
        #expect(found.compactMap { $0?.count } == [3, 3, 3])
        #expect(average.value?.double == 28.0 / 3)
    }

    // The sum is taken anew over the last prices, some of which are beyond every range.
    @Test(
        "A moving average is exact for every period and price, also written down and read back",
        arguments: [1, 2, 63, 64, 65, 200])
    func everyPeriod(_ period: Int) throws {
        var average = try SMA(period)
        var prices: [Int64] = []
        for number in 0..<Int64(700) {
            let isWide = number > 300 && number % 89 == 0
            prices.append(isWide ? .max - number : (number * 7919) % 1009 - 200)
            if number % 97 == 50 {
                let read = try JSONDecoder().decode(SMA.self, from: JSONEncoder().encode(average))
                #expect(read == average && read.hashValue == average.hashValue)
                average = read
            }
            let before = average
            let found = average.update(price(prices[prices.count - 1]))
            let last = prices.suffix(period)
            let sum = last.count < period ? nil : last.reduce(Int128(0)) { $0 + Int128($1) }
            #expect(found?.sum == sum && average.value?.sum == sum)
            #expect(before != average || Set(last).count == 1 && last.count == period)
        }
    }

    @Test("A copy of a moving average goes its own way", arguments: [3, 100])
    func copies(_ period: Int) throws {
        var average = try SMA(period)
        for _ in 0..<period { _ = average.update(price(1)) }
        var copy = average
        // One of the prices is 5 now: 4 more.
        #expect(copy.update(price(5))?.sum == Int128(period + 4))
        #expect(average.value?.sum == Int128(period))
        #expect(average.update(price(2))?.sum == Int128(period + 1))
    }

    @Test("Averages over different periods that are equal compare equal")
    func exactTie() throws {
        // (1 + 2) / 2 = (1 + 1 + 2 + 2 + 1 + 2) / 6 = 1.5, which thirds of doubles would miss.
        var short = try SMA(2)
        var long = try SMA(6)
        for ticks in [1, 1, 2, 2, 1, 2] as [Int64] {
            _ = short.update(price(ticks))
            _ = long.update(price(ticks))
        }
        let (left, right) = (try #require(short.value), try #require(long.value))
        #expect(left == right)
        #expect(!(left < right) && !(right < left))
        #expect(left.hashValue == right.hashValue)
    }

    @Test("Averages compare exactly, also where the sums do not fit 64 bits")
    func wideSums() throws {
        var short = try SMA(3)
        var long = try SMA(5)
        for _ in 0..<3 { _ = short.update(price(.max)) }
        for _ in 0..<4 { _ = long.update(price(.max)) }
        _ = long.update(price(.max - 1))
        let (left, right) = (try #require(short.value), try #require(long.value))
        #expect(right < left && left > right && !(right > left))
        #expect(left.sum == 3 * Int128(Int64.max))
    }

    @Test("Negative averages keep their order")
    func negative() throws {
        var low = try SMA(2)
        var high = try SMA(1)
        _ = low.update(price(-3))
        _ = low.update(price(-2))
        _ = high.update(price(-2))
        let (left, right) = (try #require(low.value), try #require(high.value))
        #expect(left < right && right > left && !(left > right))
    }

    @Test("A period below 1 is refused", arguments: [0, -1, History<Int>.greatestLength + 1])
    func period(_ period: Int) {
        #expect(throws: StrategyError.invalidPeriod(indicator: "SMA", period: period)) {
            try SMA(period)
        }
    }

    @Test("A crossover fires when the side changes, and equal values keep the side")
    func crossover() {
        var cross = Crossover()
        let pairs: [(Int?, Int?)] = [
            (nil, 1), (1, 2), (2, 2), (1, 2), (2, 2), (3, 2), (2, 2), (3, 2), (1, 2), (nil, nil),
            (3, 2),
        ]
        let fired = pairs.map { cross.update($0.0, $0.1) }
        #expect(
            fired == [nil, nil, nil, nil, nil, .up, nil, nil, .down, nil, .up])
    }

    @Test("A history keeps the last values, the newest at place 0")
    func history() throws {
        var history = try History<Int>(3)
        #expect(history.newest == nil)
        #expect([1, 2, 3, 4, 5].map { history.append($0) } == [nil, nil, nil, 1, 2])
        #expect((0..<4).map { history[$0] } == [5, 4, 3, nil])
        #expect(history[-1] == nil)
        #expect(history.inOrder == [3, 4, 5])
        var other = try History<Int>(3)
        for value in [3, 4, 5] { other.append(value) }
        #expect(history == other)
        #expect(history.hashValue == other.hashValue)
    }

    @Test("Indicators go on after being written down and read back")
    func coding() throws {
        var average = try SMA(3)
        var cross = Crossover()
        for ticks in [5, 7, 11, 13] as [Int64] { _ = average.update(price(ticks)) }
        _ = cross.update(1, 2)
        var read = try JSONDecoder().decode(SMA.self, from: JSONEncoder().encode(average))
        var readCross = try JSONDecoder().decode(
            Crossover.self, from: JSONEncoder().encode(cross))
        #expect(read == average)
        // 11 + 13 + 17 = 41.
        #expect(read.update(price(17))?.sum == 41)
        #expect(readCross.update(2, 1) == .up)
        let value = try #require(average.value)
        let readValue = try JSONDecoder().decode(
            Average.self, from: JSONEncoder().encode(value))
        #expect(readValue == value)
    }
}
