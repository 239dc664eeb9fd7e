import LockstepModel
import Testing

/// A bar with the prices of a list: open, high, low, close.
private func bar(
    _ prices: [Int64], start: Int64 = 0, end: Int64 = 60, volume: Int64? = 10
) -> Bar {
    Bar(
        instrument: InstrumentID(1), series: SeriesID(2), start: Timestamp(nanoseconds: start),
        end: Timestamp(nanoseconds: end), label: Timestamp(nanoseconds: start),
        open: Price(ticks: prices[0]), high: Price(ticks: prices[1]), low: Price(ticks: prices[2]),
        close: Price(ticks: prices[3]), volume: volume.map { Quantity(lots: $0) })
}

@Suite("Bar and Frame")
struct BarTests {
    @Test("A sound bar passes, with unknown volume too")
    func sound() {
        #expect(throws: Never.self) { try bar([10, 12, 9, 11]).validate() }
        #expect(throws: Never.self) { try bar([10, 10, 10, 10], volume: nil).validate() }
        #expect(throws: Never.self) { try bar([-3, -1, -5, -2]).validate() }
    }

    @Test(
        "A bar that contradicts itself is refused with its fault",
        arguments: [
            (bar([10, 12, 9, 11], start: 60), BarFault.emptyTime),
            (bar([10, 8, 9, 11]), .lowAboveHigh), (bar([13, 12, 9, 11]), .openOutside),
            (bar([8, 12, 9, 11]), .openOutside), (bar([10, 12, 9, 13]), .closeOutside),
            (bar([10, 1 << 53, 9, 11]), .priceOutOfRange),
            (bar([10, 12, .min, 11]), .priceOutOfRange),
            (bar([10, 12, 9, 11], volume: -1), .volumeOutOfRange),
            (bar([10, 12, 9, 11], volume: 1 << 53), .volumeOutOfRange),
        ])
    func contradicts(_ bar: Bar, _ fault: BarFault) {
        let expected = ModelError.invalidBar(series: SeriesID(2), label: bar.label, fault: fault)
        #expect(throws: expected) { try bar.validate() }
    }

    @Test("A frame finds the bar of a series by its coverage")
    func frame() {
        let one = bar([10, 12, 9, 11])
        let frame = Frame(
            time: Timestamp(nanoseconds: 60),
            slots: [
                .absent(SeriesID(1), of: InstrumentID(1)),
                FrameSlot(coverage: .traded, bar: one), FrameSlot(coverage: .filled, bar: one),
            ])
        #expect(frame.bar(of: SeriesID(1)) == nil)
        #expect(frame.bar(of: SeriesID(2)) == one)
        #expect(frame.bar(of: SeriesID(3)) == one)
        #expect(frame.tradedBar(of: SeriesID(3)) == nil)
        #expect(frame.slot(of: SeriesID(1))?.coverage == .absent)
        #expect(frame.slot(of: SeriesID(0)) == nil)
        #expect(frame.slot(of: SeriesID(4)) == nil)
    }
}
