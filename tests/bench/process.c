/* The process under measurement. */
#include "tests/bench/process.h"

#include "tests/bench/wire.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

pid_t process_start(char *const command[], const char *log_path)
{
    int log = open(log_path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    if (log < 0)
        die("%s: %s", log_path, strerror(errno));
    pid_t pid = fork();
    if (pid < 0)
        die("fork: %s", strerror(errno));
    if (pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL); /* it does not outlive us */
        dup2(log, STDOUT_FILENO);
        dup2(log, STDERR_FILENO);
        execvp(command[0], command);
        _exit(127);
    }
    close(log);
    return pid;
}

void process_must_live(pid_t pid, const char *log_path)
{
    if (waitpid(pid, NULL, WNOHANG) != 0)
        die("the bot has ended by itself; its log: %s", log_path);
}

void process_ask_to_stop(pid_t pid)
{
    kill(pid, SIGTERM);
}

bool process_is_gone(pid_t pid)
{
    return waitpid(pid, NULL, WNOHANG) != 0;
}

void process_stop(pid_t pid, int grace_ms)
{
    kill(pid, SIGTERM);
    for (int waited = 0; waited < grace_ms; waited += 5) {
        if (waitpid(pid, NULL, WNOHANG) != 0)
            return;
        nanosleep(&(struct timespec){.tv_nsec = 5000000}, NULL);
    }
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
}

int64_t process_cpu_us(pid_t pid)
{
    char path[64], text[1024];
    uint64_t user = 0, system = 0;
    snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    FILE *file = fopen(path, "r");
    if (!file || !fgets(text, sizeof text, file))
        die("%s cannot be read", path);
    fclose(file);
    const char *after_name = strrchr(text, ')'); /* the name may hold anything */
    if (!after_name ||
        sscanf(after_name, ") %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %" SCNu64 " %" SCNu64,
               &user, &system) != 2)
        die("%s has another shape", path);
    return (int64_t)(user + system) * 1000000 / sysconf(_SC_CLK_TCK);
}

int64_t process_resident_kb(pid_t pid)
{
    char path[64], line[256];
    int64_t kb = -1;
    snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
    FILE *file = fopen(path, "r");
    while (file && kb < 0 && fgets(line, sizeof line, file))
        if (sscanf(line, "VmRSS: %" SCNd64, &kb) != 1)
            kb = -1;
    if (kb < 0)
        die("%s tells no VmRSS", path);
    fclose(file);
    return kb;
}
