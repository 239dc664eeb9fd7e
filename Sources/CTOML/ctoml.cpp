#include "ctoml.h"

#include <algorithm>
#include <exception>
#include <new>
#include <string>
#include <string_view>
#include <vector>

#define TOML_HEADER_ONLY 1
#define TOML_EXCEPTIONS 1
#define TOML_ENABLE_FORMATTERS 0
#define TOML_ENABLE_UNRELEASED_FEATURES 0
#define TOML_MAX_NESTED_VALUES 80
#include <toml++/toml.h>

struct ctoml_document {
    bool failed = false;
    uint32_t error_line = 0, error_column = 0;
    std::vector<ctoml_node> nodes;
    std::string text;
};

namespace {

void append(ctoml_document &document, std::string_view text, uint32_t &offset, uint32_t &length) {
    offset = static_cast<uint32_t>(document.text.size());
    length = static_cast<uint32_t>(text.size());
    document.text.append(text);
}

// The reader in Swift has bounded the depth before, so recursion is safe here.
void flatten(ctoml_document &document, const toml::node &node, const toml::key *key) {
    ctoml_node flat = {};
    flat.line = node.source().begin.line;
    flat.column = node.source().begin.column;
    flat.end_line = node.source().end.line;
    flat.end_column = node.source().end.column;
    if (key != nullptr) {
        append(document, key->str(), flat.key_offset, flat.key_length);
        flat.key_line = key->source().begin.line;
        flat.key_column = key->source().begin.column;
    }
    switch (node.type()) {
    case toml::node_type::table: {
        const toml::table &table = *node.as_table();
        flat.kind = CTOML_TABLE;
        flat.children = static_cast<uint32_t>(table.size());
        document.nodes.push_back(flat);
        // The library sorts by name; the order of the file is that of the keys' places.
        std::vector<std::pair<const toml::key *, const toml::node *>> entries;
        for (auto entry = table.cbegin(); entry != table.cend(); ++entry) {
            entries.emplace_back(&entry->first, &entry->second);
        }
        std::sort(entries.begin(), entries.end(), [](const auto &left, const auto &right) {
            const auto &a = left.first->source().begin, &b = right.first->source().begin;
            return a.line != b.line ? a.line < b.line : a.column < b.column;
        });
        for (const auto &entry : entries) flatten(document, *entry.second, entry.first);
        return;
    }
    case toml::node_type::array: {
        const toml::array &array = *node.as_array();
        flat.kind = CTOML_ARRAY;
        flat.children = static_cast<uint32_t>(array.size());
        document.nodes.push_back(flat);
        for (size_t index = 0; index < array.size(); index++) {
            flatten(document, array[index], nullptr);
        }
        return;
    }
    case toml::node_type::string:
        flat.kind = CTOML_STRING;
        append(document, node.as_string()->get(), flat.text_offset, flat.text_length);
        break;
    case toml::node_type::integer:
        flat.kind = CTOML_INTEGER;
        flat.integer = node.as_integer()->get();
        break;
    case toml::node_type::floating_point:
        flat.kind = CTOML_FLOAT;
        flat.number = node.as_floating_point()->get();
        break;
    case toml::node_type::boolean:
        flat.kind = CTOML_BOOLEAN;
        flat.integer = node.as_boolean()->get() ? 1 : 0;
        break;
    default: flat.kind = CTOML_DATE; break;
    }
    document.nodes.push_back(flat);
}

void fail(ctoml_document &document, std::string_view message, uint32_t line, uint32_t column) {
    document.failed = true;
    document.nodes.clear();
    document.text.assign(message);
    document.error_line = line;
    document.error_column = column;
}

} // namespace

extern "C" {

ctoml_document *ctoml_parse(const void *bytes, size_t length) {
    ctoml_document *document = new (std::nothrow) ctoml_document();
    if (document == nullptr) return nullptr;
    try {
        try {
            const std::string_view text(static_cast<const char *>(bytes), length);
            const toml::table table = toml::parse(text);
            flatten(*document, table, nullptr);
        } catch (const toml::parse_error &error) {
            fail(*document, error.description(), error.source().begin.line,
                 error.source().begin.column);
        }
    } catch (const std::bad_alloc &) {
        delete document;
        return nullptr;
    } catch (const std::exception &error) {
        // A message of the library's own; the text has no place for it.
        try {
            fail(*document, error.what(), 0, 0);
        } catch (...) {
            delete document;
            return nullptr;
        }
    }
    return document;
}

void ctoml_free(ctoml_document *document) { delete document; }

int32_t ctoml_failed(const ctoml_document *document) { return document->failed ? 1 : 0; }
uint32_t ctoml_error_line(const ctoml_document *document) { return document->error_line; }
uint32_t ctoml_error_column(const ctoml_document *document) { return document->error_column; }

size_t ctoml_node_count(const ctoml_document *document) { return document->nodes.size(); }
const ctoml_node *ctoml_nodes(const ctoml_document *document) { return document->nodes.data(); }

size_t ctoml_text_length(const ctoml_document *document) { return document->text.size(); }
const void *ctoml_text(const ctoml_document *document) { return document->text.data(); }
}
