#!/bin/sh
# Writes C source that holds the files of two folders as byte arrays:
#   base/embed.sh TEMPLATES SCHEMA > embedded.c
set -eu
export LC_ALL=C

bytes_of() {
    # od keeps every byte as it is; as octal character constants they fit a char of either sign;
    # the last NUL makes each array a C string
    od -An -v -to1 "$1" | sed "s/ *\\([0-7]\\{3\\}\\)/'\\\\\\1',/g"
}

table() {
    folder=$1 name=$2
    files=$(find "$folder" -maxdepth 1 -type f | sort)
    n=0
    for f in $files; do
        echo "static const char ${name}_$n[] = {"
        bytes_of "$f"
        echo "0};"
        n=$((n + 1))
    done
    echo "const struct embedded_file ${name}[] = {"
    n=0
    for f in $files; do
        echo "    {\"$(basename "$f")\", ${name}_$n, sizeof ${name}_$n - 1},"
        n=$((n + 1))
    done
    echo "    {0},"
    echo "};"
}

echo '#include "base/embedded.h"'
table "$1" embedded_templates
table "$2" embedded_schema
