/* Migrations: compares what the database records with what the binary carries, then applies the
 * rest, one transaction each. */
#include "db/migrate.h"

#include <assert.h>
#include <inttypes.h>
#include <sodium.h>
#include <string.h>

enum { CHECKSUM_BYTES = 32, CHECKSUM_SIZE = CHECKSUM_BYTES * 2 + 1, VERSION_DIGITS = 4 };

static const char make_record[] = "CREATE TABLE schema_migrations (\n"
                                  "    version BIGINT NOT NULL PRIMARY KEY,\n"
                                  "    name TEXT NOT NULL,\n"
                                  "    checksum TEXT NOT NULL,\n"
                                  "    applied_at BIGINT NOT NULL\n"
                                  ")";

/* "0007_name.sql": 7; 0 when the name is not of that form. */
static int64_t version_of(const char *name)
{
    int64_t version = 0;
    if (strspn(name, "0123456789") != VERSION_DIGITS || name[VERSION_DIGITS] != '_')
        return 0;
    for (int i = 0; i < VERSION_DIGITS; i++)
        version = version * 10 + (name[i] - '0');
    return version;
}

static void checksum_of(const struct embedded_file *file, char out[CHECKSUM_SIZE])
{
    unsigned char hash[CHECKSUM_BYTES];
    crypto_generichash(hash, sizeof hash, (const unsigned char *)file->text, file->len, NULL, 0);
    sodium_bin2hex(out, CHECKSUM_SIZE, hash, sizeof hash);
}

static bool check_files(const struct embedded_file *files, struct err *err)
{
    int64_t last = 0;
    for (const struct embedded_file *file = files; file->name; file++) {
        int64_t version = version_of(file->name);
        if (version <= last)
            return err_set(err, ERR_INTERNAL,
                           "migration %s: names are NNNN_what.sql, and their numbers grow",
                           file->name);
        last = version;
    }
    return true;
}

static const struct embedded_file *file_of(const struct embedded_file *files, int64_t version)
{
    for (const struct embedded_file *file = files; file->name; file++)
        if (version_of(file->name) == version)
            return file;
    return NULL;
}

static bool check_recorded(const struct embedded_file *files, int64_t version, const char *name,
                           const char *checksum, struct err *err)
{
    const struct embedded_file *file = file_of(files, version);
    if (!file)
        return err_set(err, ERR_TOO_NEW,
                       "the database has the schema of a newer usher (%s, unknown here); run that "
                       "version, or restore a backup made by this one",
                       name);
    char expected[CHECKSUM_SIZE];
    checksum_of(file, expected);
    if (strcmp(expected, checksum) != 0)
        return err_set(err, ERR_CORRUPT,
                       "the database was made with another %s than this usher carries; run the "
                       "version that made it, or restore a backup",
                       file->name);
    return true;
}

/* Sets *applied to the highest recorded version, 0 for none. */
static bool check_record(struct db *db, const struct embedded_file *files, int64_t *applied,
                         struct err *err)
{
    int64_t count = 0;
    enum db_row row = DB_DONE;
    *applied = 0;
    struct db_stmt *stmt =
        db_prepare(db, "SELECT version, name, checksum FROM schema_migrations ORDER BY version");
    while ((row = db_step(stmt)) == DB_ROW) {
        *applied = db_int(stmt, 0);
        count++;
        if (!check_recorded(files, *applied, db_text(stmt, 1), db_text(stmt, 2), err)) {
            db_reset(stmt);
            return false;
        }
    }
    if (row == DB_FAILED)
        return db_ok(db, err);
    for (const struct embedded_file *file = files; file->name; file++)
        count -= version_of(file->name) <= *applied;
    if (count)
        return err_set(err, ERR_CORRUPT,
                       "the database misses a migration before number %" PRId64
                       "; restore a backup",
                       *applied);
    return true;
}

/* The highest version in the database; 0 for an empty one. */
static bool read_version(struct db *db, const struct embedded_file *files, int64_t *applied,
                         struct err *err)
{
    *applied = 0;
    if (!check_files(files, err))
        return false;
    if (db_has_table(db, "schema_migrations"))
        return check_record(db, files, applied, err);
    if (db_has_table(db, NULL))
        return err_set(err, ERR_CORRUPT,
                       "this is a database, but not one of usher's; check store.path (or "
                       "USHER_DB)");
    return db_ok(db, err);
}

static bool record(struct db *db, const struct embedded_file *file, struct wall now)
{
    char checksum[CHECKSUM_SIZE];
    checksum_of(file, checksum);
    struct db_stmt *stmt =
        db_prepare(db, "INSERT INTO schema_migrations (version, name, checksum, applied_at) "
                       "VALUES ($1, $2, $3, $4)");
    db_bind_int(stmt, 1, version_of(file->name));
    db_bind_text(stmt, 2, file->name);
    db_bind_text(stmt, 3, checksum);
    db_bind_int(stmt, 4, now.ms);
    return db_run(stmt);
}

static bool apply(struct db *db, const struct embedded_file *file, struct wall now, struct err *err)
{
    bool done = db_begin(db) &&
                (db_has_table(db, "schema_migrations") || db_execute(db, make_record, err)) &&
                db_execute(db, file->text, err) && record(db, file, now) && db_commit(db);
    if (!done) {
        db_ok(db, err);
        db_rollback(db);
        return err_prefix(err, "migration %s", file->name);
    }
    return true;
}

bool migrate(struct db *db, const struct embedded_file *files, struct wall now, int *applied,
             struct err *err)
{
    assert(!db_in_transaction(db));
    int64_t version;
    *applied = 0;
    if (!read_version(db, files, &version, err))
        return false;
    for (const struct embedded_file *file = files; file->name; file++) {
        if (version_of(file->name) <= version)
            continue;
        if (!apply(db, file, now, err))
            return false;
        ++*applied;
    }
    return true;
}

bool migrate_check(struct db *db, const struct embedded_file *files, struct err *err)
{
    int64_t version;
    int left = 0;
    if (!read_version(db, files, &version, err))
        return false;
    for (const struct embedded_file *file = files; file->name; file++)
        left += version_of(file->name) > version;
    if (left)
        return err_set(err, ERR_CONFIG,
                       "the database has an older schema: %d migration%s to apply; run `usher "
                       "migrate`",
                       left, left == 1 ? "" : "s");
    return true;
}
