#include "cchecksum.h"

#include <string.h>

#if defined(__x86_64__)
#define INSTRUCTION_TARGET "sse4.2"
#define STEP8(crc, value) ((uint32_t)__builtin_ia32_crc32di((crc), (value)))
#define STEP1(crc, value) (__builtin_ia32_crc32qi((crc), (value)))
#elif defined(__aarch64__) && defined(__linux__)
#include <sys/auxv.h>
#define INSTRUCTION_TARGET "crc"
#define STEP8(crc, value) (__builtin_arm_crc32cd((crc), (value)))
#define STEP1(crc, value) (__builtin_arm_crc32cb((crc), (value)))
#endif

// Castagnoli's polynomial, bits reversed.
enum { POLYNOMIAL = 0x82F63B78 };

static uint32_t table[8][256];

// Filled before main, so that no thread can see a half-made table.
__attribute__((constructor)) static void fill_table(void) {
    for (uint32_t byte = 0; byte < 256; byte++) {
        uint32_t crc = byte;
        for (int bit = 0; bit < 8; bit++) {
            crc = (crc >> 1) ^ (crc & 1 ? (uint32_t)POLYNOMIAL : 0);
        }
        table[0][byte] = crc;
    }
    for (uint32_t byte = 0; byte < 256; byte++) {
        for (int slice = 1; slice < 8; slice++) {
            uint32_t previous = table[slice - 1][byte];
            table[slice][byte] = (previous >> 8) ^ table[0][previous & 0xFF];
        }
    }
}

uint32_t cchecksum_crc32c_table(uint32_t crc, const void *bytes, size_t length) {
    const unsigned char *at = bytes;
    crc = ~crc;
    while (length >= 8) {
        uint32_t low = crc ^ ((uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 |
                              (uint32_t)at[3] << 24);
        crc = table[7][low & 0xFF] ^ table[6][(low >> 8) & 0xFF] ^ table[5][(low >> 16) & 0xFF] ^
              table[4][low >> 24] ^ table[3][at[4]] ^ table[2][at[5]] ^ table[1][at[6]] ^
              table[0][at[7]];
        at += 8;
        length -= 8;
    }
    while (length > 0) {
        crc = (crc >> 8) ^ table[0][(crc ^ *at) & 0xFF];
        at++;
        length--;
    }
    return ~crc;
}

#ifdef INSTRUCTION_TARGET

__attribute__((target(INSTRUCTION_TARGET))) static uint32_t
crc32c_instruction(uint32_t crc, const void *bytes, size_t length) {
    const unsigned char *at = bytes;
    crc = ~crc;
    while (length >= 8) {
        uint64_t value;
        memcpy(&value, at, 8);
        crc = STEP8(crc, value);
        at += 8;
        length -= 8;
    }
    while (length > 0) {
        crc = STEP1(crc, *at);
        at++;
        length--;
    }
    return ~crc;
}

bool cchecksum_has_instruction(void) {
#if defined(__x86_64__)
    return __builtin_cpu_supports("sse4.2");
#else
    // HWCAP_CRC32 of the Linux kernel's interface.
    return (getauxval(AT_HWCAP) & (1UL << 7)) != 0;
#endif
}

uint32_t cchecksum_crc32c(uint32_t crc, const void *bytes, size_t length) {
    if (cchecksum_has_instruction()) return crc32c_instruction(crc, bytes, length);
    return cchecksum_crc32c_table(crc, bytes, length);
}

#else

bool cchecksum_has_instruction(void) { return false; }

uint32_t cchecksum_crc32c(uint32_t crc, const void *bytes, size_t length) {
    return cchecksum_crc32c_table(crc, bytes, length);
}

#endif
