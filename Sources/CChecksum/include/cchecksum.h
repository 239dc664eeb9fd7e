// CRC32C by the processor where it can, by table where it cannot.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// The CRC32C of earlier bytes (0 for none) and the given ones, by the fastest way there is.
uint32_t cchecksum_crc32c(uint32_t crc, const void *_Nullable bytes, size_t length);

/// The same by table; kept visible so that both ways can be compared.
uint32_t cchecksum_crc32c_table(uint32_t crc, const void *_Nullable bytes, size_t length);

/// Whether this processor has an instruction for it.
bool cchecksum_has_instruction(void);

#ifdef __cplusplus
}
#endif
