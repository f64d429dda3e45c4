#include "t.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fetcher_cage_private.h"

static void *nothing(void *self)
{
    return self;
}

static bool can_open(const char *path, int flags)
{
    int fd = open(path, flags | O_CLOEXEC, 0600);

    if (fd >= 0)
        (void)close(fd);
    return fd >= 0;
}

static bool can_fork(void)
{
    pid_t pid = fork();

    if (pid == 0)
        _exit(0);
    if (pid > 0)
        (void)waitpid(pid, NULL, 0);
    return pid > 0;
}

static bool can_thread(void)
{
    pthread_t thread;

    return pthread_create(&thread, NULL, nothing, NULL) == 0 &&
           pthread_join(thread, NULL) == 0;
}

static bool can_connect(void)
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (fd >= 0)
        (void)close(fd);
    return fd >= 0;
}

/* The number of what is not as it should be; 0: all is. */
static int look(void)
{
    char *const words[] = { NULL };
    const bool before[] = {
        cage_begin(),
        can_open("/proc/self/status", O_RDONLY),
        can_connect(),
        can_thread(),
        !can_open("/dev/null", O_WRONLY) && errno == EPERM,
        !can_open("/dev/null", O_RDWR) && errno == EPERM,
        !can_open("/tmp/brevduva-cage", O_RDONLY | O_CREAT),
        !can_fork(),
        execve("/bin/true", words, words) != 0,
        unlink("/tmp/brevduva-cage") != 0 && errno == EPERM,
        cage_close(),
        !can_open("/proc/self/status", O_RDONLY),
        !can_connect(),
        !can_fork(),
        access("/", R_OK) != 0,
    };

    for (size_t i = 0; i < sizeof before / sizeof *before; i++)
        if (!before[i])
            return (int)i + 1;
    return 0;
}

/* In a process of its own, since there is no way back. */
static void test_cage__leaves_a_connection_and_memory(void **state)
{
    int status = 0;
    pid_t pid = fork();

    (void)state;
    if (pid == 0)
        _exit(look());
    CHECK(waitpid(pid, &status, 0) == pid);
    CHECK(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cage__leaves_a_connection_and_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
