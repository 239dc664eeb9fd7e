import Testing

@testable import LockstepModel

@Suite("RandomStream")
struct RandomStreamTests {
    // From `kat_vectors` of Random123 1.14: philox2x64, 10 rounds.
    @Test(
        "Philox gives the published vectors",
        arguments: [
            (0, 0, 0, 0xca00_a045_9843_d731, 0x66c2_4222_c9a8_45b5),
            (.max, .max, .max, 0x65b0_21d6_0cd8_310f, 0x4d02_f322_2f86_df20),
            (
                0x243f_6a88_85a3_08d3, 0x1319_8a2e_0370_7344, 0xa409_3822_299f_31d0,
                0x0a5e_742c_2997_341c, 0xb0f8_83d3_8000_de5d
            ),
        ] as [(UInt64, UInt64, UInt64, UInt64, UInt64)])
    func vectors(
        _ counter: UInt64, _ entity: UInt64, _ key: UInt64, _ first: UInt64, _ second: UInt64
    ) {
        let words = RandomStream.philox(counter, entity, key: key)
        #expect(words.first == first)
        #expect(words.second == second)
        var stream = RandomStream(key: key, entity: entity, counter: counter)
        #expect(stream.next() == first)
    }

    // By an independent implementation in Python, itself checked against the vectors above, the
    // FNV-1a hashes of "a" and "foobar" and the first output of SplitMix64 for seed 0:
    //   M = 2**64 - 1
    //   def mix(s):
    //       z = (s + 0x9E3779B97F4A7C15) & M
    //       z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & M
    //       z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & M
    //       return z ^ (z >> 31)
    //   def fnv(b):
    //       h = 0xcbf29ce484222325
    //       for c in b: h = ((h ^ c) * 0x100000001b3) & M
    //       return h
    //   def key(seed, name): return mix(mix(seed) ^ fnv(name.encode()))
    //   def philox(c0, c1, k):
    //       for _ in range(10):
    //           p = c0 * 0xD2B74407B1CE6E93
    //           c0, c1 = (p >> 64) ^ k ^ c1, p & M
    //           k = (k + 0x9E3779B97F4A7C15) & M
    //       return c0, c1
    @Test(
        "A draw is a function of seed, component, entity and counter",
        arguments: [
            (
                1, "slippage", 0,
                [0x6aac_b937_f5cd_692b, 0xc599_04c2_e9c6_a386, 0x0943_e36d_e31c_6d04]
            ),
            (
                1, "slippage", 7,
                [0x73e5_fd58_b3d6_aec0, 0xb500_90cc_e72e_16f6, 0x3367_81e4_aa95_e825]
            ),
            (
                2, "slippage", 0,
                [0xc2eb_64da_3bb1_d08a, 0xeda7_ee1f_a96f_bdba, 0xc254_f7f0_c89e_99b8]
            ),
            (
                1, "latency", 0,
                [0xcbb3_2c03_731d_804d, 0x4846_6b26_cb5b_44dc, 0xfe01_33e8_1745_d479]
            ),
            (
                .max, "größe", .max,
                [0x4521_df0b_cb14_6450, 0x95e5_38b1_1b0a_3451, 0xc2f5_92c3_263b_a524]
            ),
        ] as [(UInt64, String, UInt64, [UInt64])])
    func draws(_ seed: UInt64, _ component: String, _ entity: UInt64, _ words: [UInt64]) {
        var stream = RandomStream(seed: seed, component: component, entity: entity)
        #expect(words.indices.map { _ in stream.next() } == words)
        #expect(stream.counter == 3)
    }

    // By the same program: the words times 6 over 2⁶⁴, and their upper 53 bits times 2⁻⁵³.
    @Test("Bounded draws and unit draws come from the words in order")
    func shapes() {
        var dice = RandomStream(seed: 1, component: "slippage")
        #expect((0..<10).map { _ in dice.next(below: 6) } == [2, 4, 0, 2, 3, 2, 3, 5, 1, 5])
        var unit = RandomStream(seed: 1, component: "slippage")
        #expect(
            (0..<3).map { _ in unit.unit() } == [
                0.4166980516072748, 0.7718661285269044, 0.03619214470664789,
            ])
    }

    @Test("Bounded draws stay below their bound and reach all of it, whatever the bound")
    func bounds() {
        var stream = RandomStream(seed: 3, component: "bounds")
        #expect(stream.next(below: 0) == 0)
        #expect(stream.next(below: 1) == 0)
        var counts = [Int](repeating: 0, count: 7)
        for _ in 0..<7000 { counts[Int(stream.next(below: 7))] += 1 }
        // 1000 expected each, standard deviation 29.3: six of them.
        #expect(counts.allSatisfy { abs($0 - 1000) < 176 })
        let large = UInt64.max / 3 * 2
        #expect((0..<1000).allSatisfy { _ in stream.next(below: large) < large })
    }
}
