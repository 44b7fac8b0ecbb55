/* What the fuzz targets share. Each target is one file with LLVMFuzzerTestOneInput; libFuzzer calls
 * it with what it makes up, and tests/fuzz/replay.c with the files of tests/fuzz/corpus/. */
#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
