/* The process under measurement: started, looked at through /proc, stopped. */
#ifndef TESTS_BENCH_PROCESS_H
#define TESTS_BENCH_PROCESS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* Starts the command; its output goes to the file. Exits the program when that cannot be done. */
pid_t process_start(char *const command[], const char *log_path);
void process_ask_to_stop(pid_t pid); /* SIGTERM */
bool process_is_gone(pid_t pid);     /* and nothing is left of it */
/* SIGTERM, after `grace_ms` SIGKILL; waits for the end. */
void process_stop(pid_t pid, int grace_ms);
/* Ends the program when the process has ended by itself. */
void process_must_live(pid_t pid, const char *log_path);

/* User and system time of all its threads, microseconds. */
int64_t process_cpu_us(pid_t pid);
int64_t process_resident_kb(pid_t pid); /* VmRSS */

#endif
