import CTOML

/// What the TOML library made of a text, copied out of its memory.
struct TOMLDocument {
    /// The values in depth-first order.
    let nodes: [ctoml_node]
    /// All keys and strings, one after the other.
    let text: [UInt8]

    /// Parses UTF-8 text whose depth was bounded before.
    init(_ bytes: [UInt8], file: String) throws(FilesError) {
        // Safe because: the library reads exactly the bytes it is given, copies what it keeps, and
        // the document is freed once, after everything was copied out of it with its own counts.
        guard
            let document = unsafe bytes.withUnsafeBytes({
                unsafe ctoml_parse($0.baseAddress, $0.count)
            })
        else {
            throw .libraryFailed(library: "toml++", message: "no memory")
        }
        defer { unsafe ctoml_free(document) }
        let text = unsafe UnsafeRawBufferPointer(
            start: ctoml_text(document), count: ctoml_text_length(document))
        self.text = unsafe Array(text)
        let nodes = unsafe UnsafeBufferPointer(
            start: ctoml_nodes(document), count: ctoml_node_count(document))
        self.nodes = unsafe Array(nodes)
        if unsafe ctoml_failed(document) != 0 {
            let place = unsafe TOMLPlace(
                file: file, line: Int(ctoml_error_line(document)),
                column: Int(ctoml_error_column(document)))
            let message = String(decoding: self.text, as: UTF8.self)
            throw .toml(place, message: message + ". Correct the text there.")
        }
    }

    /// A key or string of a node.
    func string(_ offset: UInt32, _ length: UInt32) -> String {
        String(decoding: text[Int(offset)..<Int(offset) + Int(length)], as: UTF8.self)
    }
}
