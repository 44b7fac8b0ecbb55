# Fuzzing. `make replay` feeds tests/fuzz/corpus/ to every target (any compiler, with SAN= sanitizers);
# `make fuzz` lets libFuzzer (clang) search FUZZ_SECONDS for each and keeps what it finds below build/.

FUZZ         := $(patsubst tests/fuzz/fuzz_%.c,%,$(sort $(wildcard tests/fuzz/fuzz_*.c)))
FUZZ_SECONDS ?= 30
FUZZ_SAN     := fuzzer-no-link,address,undefined

$(B)/replay/%: tests/fuzz/fuzz_%.c tests/fuzz/replay.c tests/fuzz/drive.c $(CORE_OBJ)
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(PKG_CFLAGS) $(CFLAGS) -o $@ $^ $(LDFLAGS) $(PKG_LIBS) -lpthread

$(B)/fuzz/%: tests/fuzz/fuzz_%.c tests/fuzz/drive.c $(CORE_OBJ)
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(PKG_CFLAGS) $(CFLAGS) -fsanitize=fuzzer -o $@ $^ $(LDFLAGS) $(PKG_LIBS) -lpthread

.PHONY: replay
replay: $(FUZZ:%=$(B)/replay/%)
	@for t in $(FUZZ); do $(B)/replay/$$t tests/fuzz/corpus/$$t || exit 1; done

.PHONY: fuzz fuzz-run
fuzz:
	@$(MAKE) CC=clang SAN=$(FUZZ_SAN) fuzz-run
fuzz-run: $(FUZZ:%=$(B)/fuzz/%)
	@for t in $(FUZZ); do echo "== $$t"; mkdir -p $(B)/found/$$t; \
	 $(B)/fuzz/$$t -max_total_time=$(FUZZ_SECONDS) -timeout=10 -rss_limit_mb=2048 -verbosity=0 \
	   -print_final_stats=1 -artifact_prefix=$(B)/found/$$t- \
	   $(B)/found/$$t tests/fuzz/corpus/$$t || exit 1; done
