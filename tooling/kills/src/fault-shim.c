// Stands between a program and the C library's calls that change files (LD_PRELOAD), numbers those on matching paths, and
// at one number kills the process or lets the call fail. The environment says what to do, and is read at the first call:
//
//   HOLDFAST_FAULT_PATH  a glob over whole paths, where * takes slashes too; without it nothing happens
//   HOLDFAST_FAULT_OPS   of write sync rename link unlink truncate create mkdir, with commas; all of them without it
//   HOLDFAST_FAULT_AT    the number of the call, from 1; 0 only numbers them
//   HOLDFAST_FAULT_KIND  kill-before kill-after torn torn-line short, or an error: EIO ENOSPC EINTR
//   HOLDFAST_FAULT_EVER  1: an error stays, for all matching calls from that one on
//   HOLDFAST_FAULT_LOG   a file that gets a line for each matching call: its number, its op and its path
//
// A torn write writes half of its bytes and kills, torn-line the whole lines of that half; a short one writes half and says
// so. Where half of the bytes means nothing, all act before the call: the torn ones kill, short does nothing. Calls come from several threads: the numbers are
// atomic, and whoever has the number acts. Calls that the C library makes inside itself are not seen, nor is io_uring
// (UV_USE_IO_URING=0 keeps libuv from it), nor what is written through mapped memory.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

static struct {
  const char *path, *ops, *kind;
  long at;
  int ever, log, error;
} plan = {.log = -1};
static atomic_long calls;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void read_plan(void) {
  const char *at = getenv("HOLDFAST_FAULT_AT"), *log = getenv("HOLDFAST_FAULT_LOG");
  plan.path = getenv("HOLDFAST_FAULT_PATH");
  plan.ops = getenv("HOLDFAST_FAULT_OPS");
  plan.kind = getenv("HOLDFAST_FAULT_KIND");
  plan.at = at ? atol(at) : 0;
  plan.ever = getenv("HOLDFAST_FAULT_EVER") != NULL;
  if (log) plan.log = (int)syscall(SYS_openat, AT_FDCWD, log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (!plan.kind) plan.kind = "";
  if (!strcmp(plan.kind, "EIO")) plan.error = EIO;
  if (!strcmp(plan.kind, "ENOSPC")) plan.error = ENOSPC;
  if (!strcmp(plan.kind, "EINTR")) plan.error = EINTR;
}

static int is_listed(const char *op) {
  if (!plan.ops || !*plan.ops) return 1;
  size_t length = strlen(op);
  for (const char *at = plan.ops; (at = strstr(at, op)); at += length)
    if ((at == plan.ops || at[-1] == ',') && (at[length] == ',' || !at[length])) return 1;
  return 0;
}

static void die(void) {
  syscall(SYS_kill, getpid(), SIGKILL);
  for (;;) pause();
}

enum { PASS, FAIL, HALF, KILL_AFTER };

// What is to become of this call. A call that kills before it is made does not come back from here.
static int judge(const char *op, const char *path) {
  pthread_once(&once, read_plan);
  if (!plan.path || !path || !is_listed(op) || fnmatch(plan.path, path, 0)) return PASS;
  long number = atomic_fetch_add(&calls, 1) + 1;
  if (plan.log >= 0) {
    char line[PATH_MAX + 64];
    int length = snprintf(line, sizeof line, "%ld %s %s\n", number, op, path);
    syscall(SYS_write, plan.log, line, length < (int)sizeof line ? length : (int)sizeof line - 1);
  }
  if (!plan.at || number < plan.at || (number > plan.at && !(plan.ever && plan.error))) return PASS;
  int writes = !strcmp(op, "write");
  if (plan.error) return FAIL;
  if (!strcmp(plan.kind, "short")) return writes ? HALF : PASS;
  if (!strncmp(plan.kind, "torn", 4) && writes) return HALF;
  if (!strcmp(plan.kind, "kill-after")) return KILL_AFTER;
  die();
  return PASS;
}

static const char *path_of(int fd, char *buffer) {
  char link[64];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = syscall(SYS_readlinkat, AT_FDCWD, link, buffer, PATH_MAX - 1);
  if (length <= 0) return NULL;
  buffer[length] = 0;
  return buffer;
}

static int judge_fd(const char *op, int fd) {
  char buffer[PATH_MAX];
  int saved = errno;
  int verdict = judge(op, path_of(fd, buffer));
  errno = saved;
  return verdict;
}

static int judge_path(const char *op, const char *given) {
  char buffer[PATH_MAX * 2];
  if (given && *given != '/') {
    char folder[PATH_MAX];
    if (!getcwd(folder, sizeof folder)) return PASS;
    snprintf(buffer, sizeof buffer, "%s/%s", folder, given);
    given = buffer;
  }
  return judge(op, given);
}

#define REAL(type, name, ...) \
  static type (*real)(__VA_ARGS__); \
  if (!real) real = (type(*)(__VA_ARGS__))dlsym(RTLD_NEXT, name)

// The call itself, as judged; `half` is what it becomes where it writes half of its bytes.
#define ACT(type, verdict, whole, half) \
  do { \
    int judged = (verdict); \
    if (judged == FAIL) { errno = plan.error; return -1; } \
    if (judged == PASS) return (whole); \
    if (judged == HALF) { \
      type written = (half); \
      if (!strncmp(plan.kind, "torn", 4)) die(); \
      return written; \
    } \
    (whole); \
    die(); \
    return -1; \
  } while (0)

static size_t half_of(const void *bytes, size_t size) {
  size_t half = size > 1 ? size / 2 : size;
  const char *line_end = strcmp(plan.kind, "torn-line") ? NULL : memrchr(bytes, '\n', half);
  return line_end ? (size_t)(line_end + 1 - (const char *)bytes) : half;
}

ssize_t write(int fd, const void *bytes, size_t size) {
  REAL(ssize_t, "write", int, const void *, size_t);
  ACT(ssize_t, judge_fd("write", fd), real(fd, bytes, size), real(fd, bytes, half_of(bytes, size)));
}

#define PWRITE(name, offset_type) \
  ssize_t name(int fd, const void *bytes, size_t size, offset_type at) { \
    REAL(ssize_t, #name, int, const void *, size_t, offset_type); \
    ACT(ssize_t, judge_fd("write", fd), real(fd, bytes, size, at), real(fd, bytes, half_of(bytes, size), at)); \
  }
PWRITE(pwrite, off_t)
PWRITE(pwrite64, off64_t)

// Half of a vector is its first half of buffers, or half of the only one.
static ssize_t write_half(int fd, const struct iovec *parts, int count, off64_t at) {
  struct iovec only = {parts[0].iov_base, half_of(parts[0].iov_base, parts[0].iov_len)};
  const struct iovec *half = count == 1 ? &only : parts;
  int halved = count == 1 ? 1 : count / 2;
  return at < 0 ? syscall(SYS_writev, fd, half, halved) : syscall(SYS_pwritev, fd, half, halved, at, 0);
}

ssize_t writev(int fd, const struct iovec *parts, int count) {
  REAL(ssize_t, "writev", int, const struct iovec *, int);
  ACT(ssize_t, judge_fd("write", fd), real(fd, parts, count), write_half(fd, parts, count, -1));
}

#define PWRITEV(name, offset_type) \
  ssize_t name(int fd, const struct iovec *parts, int count, offset_type at) { \
    REAL(ssize_t, #name, int, const struct iovec *, int, offset_type); \
    ACT(ssize_t, judge_fd("write", fd), real(fd, parts, count, at), write_half(fd, parts, count, at)); \
  }
PWRITEV(pwritev, off_t)
PWRITEV(pwritev64, off64_t)

#define ON_FD(name, op) \
  int name(int fd) { \
    REAL(int, #name, int); \
    ACT(int, judge_fd(op, fd), real(fd), real(fd)); \
  }
ON_FD(fsync, "sync")
ON_FD(fdatasync, "sync")

#define TRUNCATE(name, offset_type) \
  int name(int fd, offset_type length) { \
    REAL(int, #name, int, offset_type); \
    ACT(int, judge_fd("truncate", fd), real(fd, length), real(fd, length)); \
  }
TRUNCATE(ftruncate, off_t)
TRUNCATE(ftruncate64, off64_t)

#define ON_PATH(name, op) \
  int name(const char *path) { \
    REAL(int, #name, const char *); \
    ACT(int, judge_path(op, path), real(path), real(path)); \
  }
ON_PATH(unlink, "unlink")
ON_PATH(remove, "unlink")

#define TO_PATH(name, op) \
  int name(const char *from, const char *to) { \
    REAL(int, #name, const char *, const char *); \
    ACT(int, judge_path(op, to), real(from, to), real(from, to)); \
  }
TO_PATH(rename, "rename")
TO_PATH(link, "link")

int mkdir(const char *path, mode_t mode) {
  REAL(int, "mkdir", const char *, mode_t);
  ACT(int, judge_path("mkdir", path), real(path, mode), real(path, mode));
}

#define OPEN(name) \
  int name(const char *path, int flags, ...) { \
    REAL(int, #name, const char *, int, ...); \
    va_list rest; \
    va_start(rest, flags); \
    int takes_mode = (flags & O_CREAT) || (flags & O_TMPFILE) == O_TMPFILE; \
    mode_t mode = takes_mode ? va_arg(rest, mode_t) : 0; \
    va_end(rest); \
    int verdict = flags & O_CREAT ? judge_path("create", path) : PASS; \
    ACT(int, verdict, real(path, flags, mode), real(path, flags, mode)); \
  }
OPEN(open)
OPEN(open64)
