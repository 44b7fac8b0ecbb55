# Usher. `make` builds build/release/usher; `make demo` runs the main job; `make test` passes the tests.
#
#   make                 release build; DEV=1 adds all warnings, as errors; CC=clang takes another compiler
#   make SAN=address,undefined   with sanitizers (or thread)
#   make deps            installs what is missing through apt-get and npm ci, and says what it does
#   make demo            the bot and a Slack to try it in, in your browser; PORT=8420
#   make test            everything; of it alone: make unit | replay | scenario | e2e (with SAN=…, or without)
#   make sim             random days by seed: SEEDS=1000 FIRST=1; what fails is cut down to the moves that matter
#   make torture         whatever can fail, fails, one call at a time; make mutations: the tests find built-in faults
#   make lint | analyze  static analysis; make tsan | valgrind: what the sanitizers of make test do not see
#   make crash           kill -9 and other hardships at length, CRASHES=200 (USHER_SEED= plays one again)
#   make fuzz | bench | bench-load | bench-large | bench-strain | bench-fetch | bench-turn | soak | clean
#   make install         PREFIX=/usr/local DESTDIR=
# V=1 shows each command.

ifeq ($(origin CC),default)
CC      := gcc
endif
PREFIX  ?= /usr/local
PKGS    := libwebsockets libcurl json-c sqlite3 libsodium openssl libical expat
empty   :=
comma   := ,
FLAVOUR := $(if $(SAN),san-$(subst $(comma),-,$(SAN)),$(if $(DEV),dev,release))$(if $(filter clang%,$(notdir $(CC))),-clang)$(if $(BREAK),-break-$(BREAK))
B       := build/$(FLAVOUR)

VERSION := 0.1.0
CPPFLAGS += -I. -D_GNU_SOURCE -DUSHER_VERSION='"$(VERSION)"'
CFLAGS  ?= -O2 -g
override CFLAGS += -std=c17 -fstack-protector-strong -fPIE
LDFLAGS += -pie -Wl,-z,relro,-z,now
WARN    := -Wall -Wextra
DEV_WARN := -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla \
            -Wwrite-strings -Wundef -Wconversion -Werror
ifdef SAN
override CFLAGS += -fsanitize=$(SAN) -fno-omit-frame-pointer -fno-sanitize-recover=undefined -O1
LDFLAGS += -fsanitize=$(SAN)
else
CPPFLAGS += -D_FORTIFY_SOURCE=2
endif
ifneq ($(DEV)$(SAN),)
override CFLAGS += $(DEV_WARN)
else
override CFLAGS += $(WARN)
endif
# One of the faults of tests/mutations/list; `any`: the one that USHER_BROKEN names at run time.
ifdef BREAK
$(if $(filter $(BREAK),any $(shell sed -n 's/ *|.*//p' tests/mutations/list)),,$(error no fault is named $(BREAK)))
CPPFLAGS += $(if $(filter any,$(BREAK)),-DBREAK_ANY,-DBREAK='"$(BREAK)"')
endif
# Evaluated only when something is compiled, so that `make deps` works before they are there.
PKG_CFLAGS = $(eval PKG_CFLAGS := $$(shell pkg-config --cflags $(PKGS)))$(PKG_CFLAGS)
PKG_LIBS   = $(eval PKG_LIBS := $$(shell pkg-config --libs $(PKGS)) -lpthread)$(PKG_LIBS)
COMPILE  = $(CC) $(CPPFLAGS) $(PKG_CFLAGS) $(CFLAGS)
Q        = $(if $(V),,@echo "  $(if $(findstring /tidy/,$@),check   $<,$(if $(filter %.c,$<),compile $<,make    $@))";)

# The five files that touch the real world, and who starts them; everything else also runs in the simulated one.
REAL     := $(wildcard $(patsubst %,bot/%.c,loop socket_mode http_in http_out world_real main cli cli_*))
ALL_SRC  := $(sort $(wildcard base/*.c db/*.c connectors/*.c handlers/*.c handlers/*/*.c bot/*.c))
CORE_OBJ := $(patsubst %.c,$(B)/%.o,$(filter-out $(REAL),$(ALL_SRC))) $(B)/embedded.o
REAL_OBJ := $(REAL:%.c=$(B)/%.o)
CORE     := $(B)/core.a

UNIT     := $(patsubst tests/unit/%.c,%,$(sort $(wildcard tests/unit/test_*.c)))
UNIT_BIN := $(UNIT:%=$(B)/unit/%)
SCENARIO_OBJ := $(patsubst %.c,$(B)/%.o,$(sort $(wildcard tests/scenario/*.c)))
SCENARIO_BIN := $(if $(SCENARIO_OBJ),$(B)/scenario)
FUZZ     := $(patsubst tests/fuzz/fuzz_%.c,%,$(sort $(wildcard tests/fuzz/fuzz_*.c)))
FUZZ_OBJ := $(patsubst %,$(B)/tests/fuzz/%.o,drive house)
FUZZ_SECONDS ?= 30

# What installs first builds in a make of its own, on all processors unless told otherwise.
AGAIN    = $(MAKE) --no-print-directory $(if $(findstring -j,$(MAKEFLAGS)),,-j$(shell nproc))

.PHONY: all
all: $(B)/usher
	@:

$(B)/usher: $(REAL_OBJ) $(CORE)
	$(Q)$(CC) $(LDFLAGS) -o $@ $(filter %.o %.a,$^) $(PKG_LIBS)

$(CORE): $(CORE_OBJ)
	$(Q)rm -f $@ && $(AR) qcs $@ $^

$(B)/%.o: %.c
	@mkdir -p $(@D)
	$(Q)$(COMPILE) -MMD -MP -c -o $@ $<

# Templates and schema travel in the binary.
$(B)/embedded.c: base/embed.sh $(sort $(wildcard templates/* db/schema/*.sql))
	@mkdir -p $(@D)
	$(Q)sh base/embed.sh templates db/schema > $@
$(B)/embedded.o: $(B)/embedded.c
	$(Q)$(COMPILE) -Wno-overlength-strings -c -o $@ $<

$(B)/unit/%: $(B)/tests/unit/%.o $(CORE)
	@mkdir -p $(@D)
	$(Q)$(CC) $(LDFLAGS) -o $@ $(filter %.o,$^) $(filter %.a,$^) $(PKG_LIBS) -lcmocka

# Of the real files, those of which a unit test can ask something without a network.
$(B)/unit/test_http_out: $(B)/bot/http_out.o
$(B)/unit/test_socket_mode: $(B)/bot/socket_mode.o

# What tests/scenario/torture_calls.c makes fail.
WRAPPED  := sqlite3_step sqlite3_exec sqlite3_prepare_v3 sqlite3_open_v2 sqlite3_backup_init sqlite3_backup_step \
            open fopen read write fread fwrite fflush fsync fchmod rename
$(B)/scenario: $(SCENARIO_OBJ) $(CORE)
	$(Q)$(CC) $(LDFLAGS) $(WRAPPED:%=-Wl,--wrap=%) -o $@ $(filter %.o %.a,$^) $(PKG_LIBS)

# The corpus of tests/fuzz as a test (replay, any compiler), and libFuzzer's search for more (clang).
$(B)/replay/%: $(B)/tests/fuzz/fuzz_%.o $(B)/tests/fuzz/replay.o $(FUZZ_OBJ) $(CORE)
	@mkdir -p $(@D)
	$(Q)$(CC) $(LDFLAGS) -o $@ $(filter %.o %.a,$^) $(PKG_LIBS)

$(B)/fuzz/%: $(B)/tests/fuzz/fuzz_%.o $(FUZZ_OBJ) $(CORE)
	@mkdir -p $(@D)
	$(Q)$(CC) $(LDFLAGS) -fsanitize=fuzzer -o $@ $(filter %.o %.a,$^) $(PKG_LIBS)

# The programs of the measurement. The judge links nothing of the bot's, nor the libraries it speaks to Slack with.
$(B)/bench/load: $(patsubst %,$(B)/tests/bench/%.o,load session throughput pace renewal wire slack flight envelopes process)
	@mkdir -p $(@D)
	$(Q)$(CC) $(LDFLAGS) -o $@ $(filter %.o,$^) -lcrypto
$(B)/bench/seed: $(patsubst %,$(B)/tests/bench/%.o,seed bulk) $(CORE)
	@mkdir -p $(@D)
	$(Q)$(CC) $(LDFLAGS) -o $@ $(filter %.o %.a,$^) $(PKG_LIBS)
$(B)/bench/turn: $(patsubst %,$(B)/tests/bench/%.o,turn envelopes) $(CORE)
	@mkdir -p $(@D)
	$(Q)$(CC) $(LDFLAGS) -o $@ $(filter %.o %.a,$^) $(PKG_LIBS)
$(B)/bench/decide: $(patsubst %,$(B)/tests/bench/%.o,decide process wire) $(CORE)
	@mkdir -p $(@D)
	$(Q)$(CC) $(LDFLAGS) -o $@ $(filter %.o %.a,$^) $(PKG_LIBS)

.SECONDARY:
-include $(shell find $(B) -name '*.d' 2>/dev/null)

RUN := UNIT="$(UNIT_BIN)" REPLAY="$(FUZZ:%=$(B)/replay/%)" SCENARIO="$(SCENARIO_BIN)" USHER_BIN="$(B)/usher" tests/run

.PHONY: deps demo test check unit replay scenario e2e crash crash-run torture torture-run mutations mutation-tests fuzz fuzz-run bench bench-fetch bench-turn bench-load bench-large bench-strain soak bench-tools lint lint-rules lint-format lint-cppcheck tidy analyze tsan tsan-run valgrind install clean
deps:
	@tests/deps
demo:
	@tests/deps demo
	@+$(AGAIN)
	@tests/demo
test:
	@tests/deps
	@+$(AGAIN) SAN=address,undefined check
check: $(UNIT_BIN) $(FUZZ:%=$(B)/replay/%) $(SCENARIO_BIN) $(B)/usher
	@$(RUN) unit replay scenario e2e
unit: $(UNIT_BIN)
	@$(RUN) unit
replay: $(FUZZ:%=$(B)/replay/%)
	@$(RUN) replay
scenario: $(SCENARIO_BIN)
	@$(RUN) scenario
e2e: $(B)/usher
	@$(RUN) e2e

# The release binary killed at random, and the hardships with real minutes; each test says its figures at its end.
CRASHES ?= 200
crash:
	@tests/deps
	@+$(AGAIN) crash-run
crash-run: $(B)/usher
	@CRASHES=$(CRASHES) HARDSHIP=long USHER_BIN=$(B)/usher tests/node --test --test-reporter=spec \
	  tests/e2e/crash.test.js tests/e2e/hardship.test.js

# Random days on the simulated world, at length; `make test` plays 60 seeds.
SEEDS ?= 1000
FIRST ?= 1
.PHONY: sim sim-run
sim:
	@tests/deps build
	@+$(AGAIN) sim-run
sim-run: $(SCENARIO_BIN)
	@$(SCENARIO_BIN) --seeds $(SEEDS) --first $(FIRST)

# Every k; what `make test` does is a part of it.
torture:
	@tests/deps build
	@+$(AGAIN) SAN=address,undefined torture-run
torture-run: $(SCENARIO_BIN)
	@$(SCENARIO_BIN) --torture

# Each fault of tests/mutations/list against the test that finds it.
mutations:
	@tests/deps build
	@tests/mutations/run
	@tests/mutations/shrink
mutation-tests: $(UNIT_BIN) $(SCENARIO_BIN)
	@:

fuzz:
	@tests/deps build fuzz
	@+$(AGAIN) CC=clang SAN=fuzzer-no-link,address,undefined fuzz-run
fuzz-run: $(FUZZ:%=$(B)/fuzz/%)
	@tests/fuzz/run $(B) $(FUZZ_SECONDS) $(FUZZ)

bench:
	@tests/deps demo
	@+$(AGAIN) bench-tools
	@tests/bench/run $(B)
bench-fetch:
	@tests/deps demo
	@+$(AGAIN) bench-tools
	@tests/bench/run fetch $(B)
bench-turn:
	@tests/deps demo
	@+$(AGAIN) bench-tools
	@tests/bench/run turn $(B)
# The load matrix and its plot, a store of years, and acknowledgements while other things go on.
bench-load bench-large bench-strain:
	@tests/deps demo
	@+$(AGAIN) bench-tools
	@tests/bench/run $(@:bench-%=%) $(B)
# An hour at 1,000 envelopes a second; fails where memory grows, or anything is lost, wrong or dead.
SOAK_MINUTES ?= 60
soak:
	@tests/deps demo
	@+$(AGAIN) bench-tools
	@tests/bench/run soak $(B) $(SOAK_MINUTES)
bench-tools: $(B)/usher $(patsubst %,$(B)/bench/%,load seed decide turn)

# clang-tidy looks at a file again only when it, a header or what is asked has changed; its analyser ends a long
# function's search at a third of its usual nodes, which more than halves the time.
TIDY_FLAGS := -Xclang -analyzer-config -Xclang max-nodes=75000
lint:
	@tests/deps build lint
	@+$(AGAIN) -k lint-rules lint-format lint-cppcheck tidy
lint-rules:
	@tests/lint --self-test && tests/lint
lint-format:
	@clang-format --dry-run -Werror $$(git ls-files --cached --others --exclude-standard '*.[ch]')
lint-cppcheck:
	@mkdir -p build/cppcheck
	@cppcheck --quiet --std=c11 --enable=warning,performance,portability --inline-suppr --suppress=ctuuninitvar \
	  --error-exitcode=1 --cppcheck-build-dir=build/cppcheck -I. -D_GNU_SOURCE $(ALL_SRC)
tidy: $(ALL_SRC:%=build/tidy/%)
build/tidy/%: % .clang-tidy $(wildcard */*.h */*/*.h)
	@mkdir -p $(@D)
	$(Q)clang-tidy --quiet $< -- -std=c17 $(DEV_WARN) $(CPPFLAGS) $(PKG_CFLAGS) $(TIDY_FLAGS) 2>$@.err && touch $@ \
	  || { cat $@.err; false; }

# The thread that waits for systems, under ThreadSanitizer: every e2e test that runs the bot. Left out are those that
# never start it (rules, pages and units that are read, the sandbox alone) and those in which what is measured is the
# machine's: children under resource limits, and a clock that another library sets.
TSAN_NOT := alerts dashboard deploy sandbox sandbox_salesforce scopes security_page hardship
TSAN_E2E := $(filter-out $(TSAN_NOT),$(patsubst tests/e2e/%.test.js,%,$(sort $(wildcard tests/e2e/*.test.js))))
tsan:
	@tests/deps
	@+$(AGAIN) SAN=thread tsan-run
tsan-run: $(B)/usher
	@USHER_BIN=$(B)/usher USHER_PATIENCE=6 TSAN_OPTIONS=second_deadlock_stack=1 tests/node --test \
	  --test-concurrency=2 --test-timeout=900000 --test-reporter=spec $(TSAN_E2E:%=tests/e2e/%.test.js)

# memcheck sees what is read before it was written, which no sanitizer here does; and the release build.
VALGRIND_SCENARIOS := "the second click loses" "a won deal becomes a card" "what another process writes is told" \
  "a crash before the commit" "Finance hears of its finding" "a redelivered form gives" "the manager hears on day two" \
  "retries stay inside" "beside an unsigned" "a hint revises" "a hostile CLM pings" "HTTP mode: a form is refused" "reject asks why" \
  "one onboarding is handed over" "a published rate stands in" "worse asks for another key" "a guest can do nothing" \
  "after a 500 with effect" "a warning leaves no gap" "NetSuite slow blocks" "of an act that failed halfway" \
  "a forged value" "what was undone can" "a mail that is refused" "home shows what needs me" "view details opens" \
  "the log's head is said" $(foreach seed,2 3 4 5 9 10,"seed $(seed)")
valgrind: $(UNIT_BIN) $(SCENARIO_BIN)
	@command -v valgrind >/dev/null || { echo "valgrind is needed: apt-get install valgrind" >&2; exit 69; }
	@tests/valgrind $(B) $(VALGRIND_SCENARIOS) -- $(UNIT_BIN)

# gcc's own analyser, file by file; what it is wrong about stands in tests/analyze.known.
ANALYZED := $(ALL_SRC:%=build/analyze/%)
analyze:
	@tests/deps build
	@+$(AGAIN) CC=gcc $(ANALYZED)
	@tests/analyze $(ANALYZED)
build/analyze/%: % $(wildcard */*.h */*/*.h)
	@mkdir -p $(@D)
	$(Q)$(COMPILE) -fanalyzer -c -o /dev/null $< 2>$@.err && touch $@ || { cat $@.err; false; }

install: $(B)/usher
	@:
	install -D -m 755 $(B)/usher $(DESTDIR)$(PREFIX)/bin/usher
	install -D -m 644 bot/usher.1 $(DESTDIR)$(PREFIX)/share/man/man1/usher.1
	install -D -m 644 deploy/usher.example.json $(DESTDIR)$(PREFIX)/share/doc/usher/usher.example.json
	install -D -m 644 deploy/prometheus/usher.rules.yml $(DESTDIR)$(PREFIX)/share/doc/usher/usher.rules.yml
	install -D -m 644 deploy/grafana/usher.json $(DESTDIR)$(PREFIX)/share/doc/usher/usher.json
	install -D -m 644 deploy/usher.sysusers $(DESTDIR)$(PREFIX)/lib/sysusers.d/usher.conf
	install -d $(DESTDIR)$(PREFIX)/lib/systemd/system
	for unit in usher.service usher-backup.service usher-backup.timer; do \
	  sed 's|/usr/local|$(PREFIX)|' deploy/$$unit > $(DESTDIR)$(PREFIX)/lib/systemd/system/$$unit || exit 1; done

clean:
	rm -rf build
