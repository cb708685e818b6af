#include "spawner.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"
#include "command.h"
#include "descriptors.h"
#include "journal.h"
#include "known.h"
#include "limits.h"
#include "monitor.h"
#include "pipes.h"
#include "prepare.h"
#include "procfs.h"
#include "replies.h"
#include "request.h"
#include "requests.h"

enum { EXIT_BUSY = 3, EXIT_UNABLE = 4, LOCK_POLL_MS = 5, TURN_FRAMES = 16 };

struct spawner {
  struct prepared prepared;
  struct requests requests;
  struct replies replies;
  struct known_table known;
  struct pipe_table pipes;
  bool children_ended; // not all that ended have been waited for
  int watched;         // epoll of the pidfds of monitors that are not children; -1 until there is one
};

static void tell_gone(struct spawner *spawner, struct known *known) {
  reply_gone(&spawner->replies, known->pid, known->start);
  if (known->pidfd >= 0) close(known->pidfd);
  known_remove(&spawner->known, known);
}

static void know(struct spawner *spawner, struct known added) {
  // A watched monitor with that pid is gone, since the pid was given out again.
  struct known *former = known_find(&spawner->known, added.pid);
  if (former != NULL) tell_gone(spawner, former);
  known_add(&spawner->known, added);
}

static void become(const struct spawner *spawner, const struct start_request *request) {
  const struct prepared *prepared = &spawner->prepared;
  pipes_place(&spawner->pipes, request);
  struct proc_stat own = {0};
  proc_stat_read(getpid(), &own);
  monitor_run(request, &(struct monitor_origin){
                           .pid = getpid(),
                           .start = own.start,
                           .input = spawner->requests.buffer,
                           .input_size = requests_size(),
                           .inherited = prepared->inherited,
                           .inherited_count = prepared->inherited_count,
                           .oom_score = prepared->oom_score,
                       });
}

// On its own, since a monitor would keep the path's room, below it on the stack.
__attribute__((noinline)) static int open_journal(struct bytes journal) {
  char path[PATH_LONGEST + 1];
  memcpy(path, journal.at, journal.len);
  path[journal.len] = 0;
  return journal_open(path);
}

static void start(struct spawner *spawner, struct frame frame) {
  struct start_request request;
  if (!start_parse(frame.body, &request)) return reply_failed(&spawner->replies, frame.id, REFUSED_REQUEST, EBADMSG);
  int error = open_journal(request.journal);
  if (error != 0) return reply_failed(&spawner->replies, frame.id, REFUSED_JOURNAL, error);
  if (known_full(&spawner->known)) return reply_failed(&spawner->replies, frame.id, REFUSED_FORK, EAGAIN);
  size_t pipes = spawner->pipes.count;
  error = pipes_make(&spawner->pipes, &request);
  if (error != 0) return reply_failed(&spawner->replies, frame.id, REFUSED_PIPE, error);
  pid_t pid = fork();
  if (pid == 0) become(spawner, &request);
  error = errno;
  if (pid < 0) {
    pipes_unmake(&spawner->pipes, pipes);
    return reply_failed(&spawner->replies, frame.id, REFUSED_FORK, error);
  }
  pipes_given(&spawner->pipes, &request);
  struct proc_stat stat = {0};
  proc_stat_read(pid, &stat); // it is there until it is waited for
  know(spawner, (struct known){.pid = (uint32_t)pid, .pidfd = -1, .start = stat.start});
  reply_launched(&spawner->replies, frame.id, (uint32_t)pid, stat.start);
}

static void command(struct spawner *spawner, struct frame frame) {
  struct command_request request;
  if (!command_parse(frame.body, &request)) return reply_failed(&spawner->replies, frame.id, REFUSED_REQUEST, EBADMSG);
  struct command command = {.what = request.what, .signum = request.signum, .grace = request.grace};
  reply_done(&spawner->replies, frame.id, command_send((pid_t)request.pid, request.start, command));
}

static int watch_pidfd(struct spawner *spawner, int pidfd, uint32_t pid) {
  if (spawner->watched < 0) spawner->watched = spawner_fd(epoll_create1(EPOLL_CLOEXEC));
  if (spawner->watched < 0) return errno;
  struct epoll_event event = {.events = EPOLLIN, .data.u32 = pid};
  return epoll_ctl(spawner->watched, EPOLL_CTL_ADD, pidfd, &event) == 0 ? 0 : errno;
}

static int watch_monitor(struct spawner *spawner, const struct watch_request *request) {
  const struct known *known = known_find(&spawner->known, request->pid);
  if (known != NULL && known->start == request->start) return 0;
  if (known_full(&spawner->known)) return EAGAIN;
  // Not among the numbers that procs inherit.
  int pidfd = spawner_fd(pidfd_of_monitor((pid_t)request->pid, request->start));
  if (pidfd < 0) return errno;
  int error = watch_pidfd(spawner, pidfd, request->pid);
  if (error == 0) know(spawner, (struct known){.pid = request->pid, .pidfd = pidfd, .start = request->start});
  else close(pidfd);
  return error;
}

static void watch(struct spawner *spawner, struct frame frame) {
  struct watch_request request;
  if (!watch_parse(frame.body, &request)) return reply_failed(&spawner->replies, frame.id, REFUSED_REQUEST, EBADMSG);
  reply_done(&spawner->replies, frame.id, watch_monitor(spawner, &request));
}

static void unpipe(struct spawner *spawner, struct frame frame) {
  uint32_t pipe;
  if (!unpipe_parse(frame.body, &pipe)) return reply_failed(&spawner->replies, frame.id, REFUSED_REQUEST, EBADMSG);
  reply_done(&spawner->replies, frame.id, pipes_drop(&spawner->pipes, pipe));
}

static void serve(struct spawner *spawner, struct frame frame) {
  if (frame.state == FRAME_WHOLE && frame.op == OP_START) start(spawner, frame);
  else if (frame.state == FRAME_WHOLE && frame.op == OP_COMMAND) command(spawner, frame);
  else if (frame.state == FRAME_WHOLE && frame.op == OP_WATCH) watch(spawner, frame);
  else if (frame.state == FRAME_WHOLE && frame.op == OP_UNPIPE) unpipe(spawner, frame);
  else reply_failed(&spawner->replies, frame.id, REFUSED_REQUEST, EBADMSG);
}

// A request can lead to two replies: its own, and the end of a monitor that it found out.
static bool room(struct spawner *spawner) { return replies_have_room(&spawner->replies); }

static void serve_some(struct spawner *spawner) {
  for (int i = 0; i < TURN_FRAMES && room(spawner); i++) {
    struct frame frame = requests_next(&spawner->requests);
    if (frame.state == FRAME_MORE) return;
    serve(spawner, frame);
  }
}

static void reap(struct spawner *spawner) {
  while (spawner->children_ended && room(spawner)) {
    pid_t pid = waitpid(-1, NULL, WNOHANG);
    if (pid <= 0) spawner->children_ended = false;
    struct known *known = pid <= 0 ? NULL : known_find(&spawner->known, (uint32_t)pid);
    if (known != NULL) tell_gone(spawner, known);
  }
}

static void look_at_watched(struct spawner *spawner) {
  struct epoll_event event;
  while (spawner->watched >= 0 && room(spawner) && epoll_wait(spawner->watched, &event, 1, 0) == 1) {
    struct known *known = known_find(&spawner->known, event.data.u32);
    if (known != NULL && known->pidfd >= 0) tell_gone(spawner, known);
  }
}

static void take_signals(struct spawner *spawner) {
  struct signalfd_siginfo info[8];
  while (read(FD_SIGNALS, info, sizeof info) > 0) spawner->children_ended = true;
}

static void wait_for_something(struct spawner *spawner) {
  bool has_room = room(spawner);
  bool pending = has_room && requests_pending(&spawner->requests);
  bool idle = !pending && !(has_room && spawner->children_ended);
  struct pollfd polled[] = {
      {FD_SIGNALS, POLLIN, 0},
      {spawner->replies.fd, (short)(replies_waiting(&spawner->replies) ? POLLOUT : 0), 0},
      {has_room ? spawner->watched : -1, POLLIN, 0},
      {has_room && !pending ? spawner->requests.fd : -1, POLLIN, 0},
  };
  poll(polled, sizeof polled / sizeof polled[0], idle ? -1 : 0);
  if (polled[3].revents != 0) requests_read(&spawner->requests);
  if (polled[0].revents != 0) take_signals(spawner);
}

static int serve_agent(struct spawner *spawner) {
  while (replies_flush(&spawner->replies)) {
    if (spawner->requests.ended && !requests_pending(&spawner->requests)) return 0;
    wait_for_something(spawner);
    reap(spawner);
    look_at_watched(spawner);
    serve_some(spawner);
  }
  return 0;
}

// An older spawner has it while it lives, and each of its monitors until the journal has the proc's first line.
static bool lock(void) {
  int64_t until = clock_ms() + LOCK_WAIT_MS;
  while (flock(FD_LOCK, LOCK_EX | LOCK_NB) != 0) {
    if (clock_ms() >= until) return false;
    nanosleep(&(struct timespec){.tv_nsec = LOCK_POLL_MS * 1000000}, NULL);
  }
  return true;
}

static int unable(const char *what) {
  fprintf(stderr, "procstar-launcher: cannot use %s: %s\n", what, strerror(errno));
  return EXIT_UNABLE;
}

// Its own descriptors have numbers above those that procs inherit.
_Static_assert(FILES_LEAST > SPAWNER_FIRST + 16, "room for what a start needs");

static bool files_suffice(void) {
  struct rlimit files;
  if (getrlimit(RLIMIT_NOFILE, &files) != 0 || files.rlim_cur >= FILES_LEAST) return true;
  fprintf(stderr, "procstar-launcher: the limit of open files is %llu, at least %d are needed (ulimit -n %d)\n",
          (unsigned long long)files.rlim_cur, FILES_LEAST, FILES_LEAST);
  return false;
}

int spawner_run(const char *lock_file, int stdin_fd, int stdout_fd) {
  if (!files_suffice()) return EXIT_UNABLE;
  static struct spawner spawner = {.watched = -1};
  const char *failed = prepare(&spawner.prepared, lock_file, stdin_fd, stdout_fd);
  if (failed != NULL) return unable(failed);
  if (!requests_open(&spawner.requests, spawner.prepared.requests)) return unable("memory");
  if (!replies_open(&spawner.replies, spawner.prepared.replies) || !known_open(&spawner.known)) return unable("memory");
  bool locked = lock();
  if (locked) reply_ready(&spawner.replies);
  else reply_busy(&spawner.replies);
  if (locked) return serve_agent(&spawner);
  replies_flush(&spawner.replies);
  return EXIT_BUSY;
}
