/// The values of a record as texts by their paths, in order, without those that do not count.
struct RecordLeaves {
    private var paths: [String] = []
    private var texts: [String: String] = [:]

    /// Takes a record apart; one that does not fit its schema is its bytes.
    ///
    /// - Parameters:
    ///   - record: The record.
    ///   - decoder: The decoder of its log.
    ///   - ignored: Names of fields that are left out, alone or after that of the topic and a dot.
    init(_ record: AuditRecord, _ decoder: AuditDecoder, _ ignored: Set<String>) {
        guard let value = try? decoder.decode(record) else {
            paths = ["payload"]
            texts["payload"] = AuditText.hex(record.payload)
            return
        }
        let topic = decoder.name(ofTopic: record.topic)
        let text = AuditText(decoder)
        let scope = AuditScope(value)
        for field in value.fields ?? [] {
            add(field, field.name, scope, text) { name in
                ignored.contains(name) || ignored.contains("\(topic).\(name)")
            }
        }
    }

    /// The paths at which values differ, in order.
    func differences(to other: RecordLeaves) -> [AuditDifference.Field] {
        let more = other.paths.filter { texts[$0] == nil }
        return (paths + more).compactMap { path in
            texts[path] == other.texts[path]
                ? nil
                : AuditDifference.Field(path: path, one: texts[path], other: other.texts[path])
        }
    }

    private mutating func add(
        _ field: RecordField, _ path: String, _ scope: AuditScope, _ text: AuditText,
        _ isIgnored: (String) -> Bool
    ) {
        if isIgnored(field.name) { return }
        switch field.value {
        case .row(let fields):
            let inner = scope.within(field.value)
            for item in fields { add(item, "\(path).\(item.name)", inner, text, isIgnored) }
        case .list(let values):
            for (place, value) in values.enumerated() {
                let item = RecordField(field.name, value)
                add(item, "\(path)[\(place)]", scope, text, isIgnored)
            }
        default:
            if texts.updateValue(text.text(field, scope), forKey: path) == nil {
                paths.append(path)
            }
        }
    }
}
