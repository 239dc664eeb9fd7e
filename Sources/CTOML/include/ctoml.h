// The C interface of the TOML reader.
//
// A document is parsed as a whole and handed over as a flat list of nodes in depth-first order and
// one run of bytes that holds all keys and strings. The caller copies both and frees the document.
#pragma once

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum {
    CTOML_TABLE = 0,
    CTOML_ARRAY = 1,
    CTOML_STRING = 2,
    CTOML_INTEGER = 3,
    CTOML_FLOAT = 4,
    CTOML_BOOLEAN = 5,
    CTOML_DATE = 6,
};

/// A value. Offsets and lengths are of the document's text; lines and columns count from 1,
/// columns in characters; 0 means unknown.
typedef struct {
    int32_t kind;
    /// How many nodes lie directly below; they follow, each with its own below it.
    uint32_t children;
    uint32_t key_offset, key_length;
    uint32_t key_line, key_column;
    uint32_t text_offset, text_length;
    uint32_t line, column;
    uint32_t end_line, end_column;
    /// The integer, or 1 and 0 for a boolean.
    int64_t integer;
    double number;
} ctoml_node;

typedef struct ctoml_document ctoml_document;

/// Parses UTF-8 bytes. Null only when memory ran out.
ctoml_document *_Nullable ctoml_parse(const void *_Nullable bytes, size_t length);
void ctoml_free(ctoml_document *_Nullable document);

/// Whether the text was refused; then the text is the message, and there are no nodes.
int32_t ctoml_failed(const ctoml_document *_Nonnull document);
uint32_t ctoml_error_line(const ctoml_document *_Nonnull document);
uint32_t ctoml_error_column(const ctoml_document *_Nonnull document);

size_t ctoml_node_count(const ctoml_document *_Nonnull document);
const ctoml_node *_Nullable ctoml_nodes(const ctoml_document *_Nonnull document);

size_t ctoml_text_length(const ctoml_document *_Nonnull document);
const void *_Nullable ctoml_text(const ctoml_document *_Nonnull document);

#ifdef __cplusplus
}
#endif
