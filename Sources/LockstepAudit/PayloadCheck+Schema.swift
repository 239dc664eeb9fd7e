import LockstepBus

// How schemas become steps.
extension PayloadCheck {
    private mutating func add(_ type: RecordSchema.FieldType) {
        switch type {
        case .unsigned, .integer, .price, .quantity, .money, .decimal, .enumeration, .symbol:
            addNumber()
        case .record: steps.append(.record)
        case .time: steps.append(.span)
        case .relative(let type, _), .combined(let type, _):
            if Self.isNumber(type) { addNumber() } else { steps.append(.refused) }
        case .float64: steps.append(.eight)
        case .boolean: steps.append(.byte)
        case .string: steps.append(.text)
        case .bytes: steps.append(.bytes)
        case .optional(let type):
            let place = addGroup(type)
            steps[place] = .optional(end: floor)
        case .list(let type):
            let place = addGroup(type)
            steps[place] = .list(end: floor, least: max(1, AuditDecoder.leastBytes(type)))
        case .row(let fields):
            addRow(fields)
        // Marks belong to rows.
        case .inMarks, .marked: steps.append(.refused)
        }
    }

    mutating func addRow(_ fields: [RecordSchema.Field]) {
        if !fields.haveMarks {
            for field in fields { add(field.type) }
            return
        }
        let place = steps.count
        steps.append(.refused)
        floor = steps.count
        var bit: UInt64 = 0
        for field in fields {
            switch field.type {
            case .inMarks(let type, let bits):
                addBits(type, at: bit, bits: UInt64(bits))
                bit += UInt64(bits)
            case .marked(let type):
                addMarked(type, at: bit)
                bit += 1
            default: add(field.type)
            }
        }
        if bit <= 64 { steps[place] = .row(end: steps.count, bits: bit) }
        floor = steps.count
    }

    private mutating func addBits(_ type: RecordSchema.FieldType, at bit: UInt64, bits: UInt64) {
        switch type {
        case .unsigned, .enumeration: break
        case .boolean: steps.append(.boolean(at: bit, bits: bits))
        default: steps.append(.refused)
        }
        floor = steps.count
    }

    private mutating func addMarked(_ type: RecordSchema.FieldType, at bit: UInt64) {
        switch type {
        case .optional(let type):
            let place = addGroup(type)
            steps[place] = .marked(at: bit, end: floor)
        case .list(let type):
            let place = addGroup(type)
            steps[place] = .markedList(
                at: bit, end: floor, least: max(1, AuditDecoder.leastBytes(type)))
        case .time: steps.append(.markedSpan(at: bit))
        case .relative(let type, _), .combined(let type, _):
            steps.append(Self.isNumber(type) ? .markedNumber(at: bit) : .refused)
        case .record: steps.append(.markedRecord(at: bit))
        default: steps.append(Self.isNumber(type) ? .markedNumber(at: bit) : .refused)
        }
        floor = steps.count
    }

    /// Whether a type is a number that another may count from.
    private static func isNumber(_ type: RecordSchema.FieldType) -> Bool {
        switch type {
        case .unsigned, .integer, .price, .quantity, .money, .time, .decimal: true
        default: false
        }
    }

    private mutating func addNumber() {
        if steps.count > floor, case .numbers(let count)? = steps.last {
            steps[steps.count - 1] = .numbers(count + 1)
        } else {
            steps.append(.numbers(1))
        }
    }

    /// Adds a place for the beginning of a group, and the group.
    private mutating func addGroup(_ type: RecordSchema.FieldType) -> Int {
        let place = steps.count
        steps.append(.refused)
        floor = steps.count
        add(type)
        floor = steps.count
        return place
    }
}
