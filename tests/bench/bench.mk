# The programs of the measurement, built as the bot is. `make bench` calls tests/bench/run, which calls this.
.DEFAULT_GOAL := bench-tools
include Makefile

BENCH_LOAD := $(patsubst %,$(B)/tests/bench/%.o,load wire slack flight process)

.PHONY: bench-tools
bench-tools: $(B)/usher $(B)/bench/load $(B)/bench/seed
	@:
# The judge links nothing of the bot's, nor the libraries it speaks to Slack with.
$(B)/bench/load: $(BENCH_LOAD)
	@mkdir -p $(@D)
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ -lcrypto
$(B)/bench/seed: $(B)/tests/bench/seed.o $(CORE)
	@mkdir -p $(@D)
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(PKG_LIBS)
