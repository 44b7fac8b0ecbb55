# Usher. `make` builds build/release/usher; `make demo` runs the main job; `make test` passes the tests.
#
#   make                 release build
#   make DEV=1           all warnings, as errors
#   make SAN=address,undefined   with sanitizers (or thread)
#   make CC=clang        another compiler
#   make deps            installs what is missing through apt-get and npm ci, and says what it does
#   make demo | test | lint | bench | fuzz | install | clean

CC      ?= gcc
PREFIX  ?= /usr/local
PKGS    := libwebsockets libcurl json-c sqlite3 libsodium openssl libical
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
ifdef BREAK
CPPFLAGS += -DBREAK_$(BREAK)
endif
# Evaluated only when something is compiled, so that `make deps` works before they are there.
PKG_CFLAGS = $(eval PKG_CFLAGS := $$(shell pkg-config --cflags $(PKGS)))$(PKG_CFLAGS)
PKG_LIBS   = $(eval PKG_LIBS := $$(shell pkg-config --libs $(PKGS)))$(PKG_LIBS)

# The five files that touch the real world; everything else also runs in the simulated one.
REAL     := bot/loop.c bot/socket_mode.c bot/http_in.c bot/http_out.c bot/world_real.c bot/main.c bot/cli.c $(wildcard bot/cli_*.c)
ALL_SRC  := $(sort $(wildcard base/*.c db/*.c connectors/*.c handlers/*.c handlers/*/*.c bot/*.c))
CORE_SRC := $(filter-out $(REAL),$(ALL_SRC))
CORE_OBJ := $(CORE_SRC:%.c=$(B)/%.o) $(B)/embedded.o
REAL_OBJ := $(patsubst %.c,$(B)/%.o,$(filter $(REAL),$(ALL_SRC)))

UNIT     := $(patsubst tests/unit/%.c,%,$(sort $(wildcard tests/unit/test_*.c)))
UNIT_BIN := $(UNIT:%=$(B)/unit/%)

.PHONY: all
all: $(B)/usher

$(B)/usher: $(CORE_OBJ) $(REAL_OBJ)
	$(CC) $(LDFLAGS) -o $@ $^ $(PKG_LIBS) -lpthread

$(B)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(PKG_CFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

# Templates and schema travel in the binary.
EMBED := $(sort $(wildcard templates/* db/schema/*.sql))
$(B)/embedded.c: base/embed.sh $(EMBED)
	@mkdir -p $(@D)
	sh base/embed.sh templates db/schema > $@
$(B)/embedded.o: $(B)/embedded.c
	$(CC) $(CPPFLAGS) $(PKG_CFLAGS) $(CFLAGS) -Wno-overlength-strings -c -o $@ $<

$(B)/unit/%: tests/unit/%.c $(CORE_OBJ)
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(PKG_CFLAGS) $(CFLAGS) -MMD -MP -o $@ $< $(CORE_OBJ) $(LDFLAGS) $(PKG_LIBS) -lcmocka

.PHONY: unit
unit: $(UNIT_BIN)
	@status=0; for t in $(UNIT_BIN); do $$t || status=1; done; exit $$status

-include $(CORE_OBJ:.o=.d) $(REAL_OBJ:.o=.d) $(UNIT_BIN:=.d)

.PHONY: clean
clean:
	rm -rf build
