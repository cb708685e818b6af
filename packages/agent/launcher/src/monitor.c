#include "monitor.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cgroup.h"
#include "cgroup-stats.h"
#include "captures.h"
#include "clock.h"
#include "command.h"
#include "descriptors.h"
#include "journal.h"
#include "kept.h"
#include "kernel.h"
#include "launch.h"
#include "memory.h"
#include "procfs.h"
#include "pump.h"
#include "record.h"
#include "perf.h"
#include "stop.h"
#include "tree.h"

// One proc. Static, so that a page is resident only once it is used.
static struct {
  struct end_record end;
  uint8_t orphans;
  bool started; // the start line is in the journal
  bool over;    // the proc has been reaped
  bool empty;   // there is no child left: of a subreaper, no descendant
  bool out_of_reach; // all that is left is another user's, so no stop can end it
  bool counted; // the descendants that the proc left have been counted
  bool owed;    // what is in the pipes has been noted, the end line comes next
  bool written; // the end line is in the journal
  bool populated; // the kernel says that there is something in the cgroup
  bool removed;   // there is no cgroup any more, or it was given up
  uint64_t mono; // ns; start of the proc
  int reports;   // -1 at its end
  int64_t write_at; // ms; when to try the end line
  struct pump pump;
  struct stop stop;
  struct timeout timeout;
  struct cgroups cgroups;
  struct perf perf;
  int64_t settle_at; // ms; when to believe a cgroup that is populated though nothing descends from here any more, NEVER before that
  int64_t remove_at; // ms; when to try again to remove the cgroup
  int64_t remove_pause, remove_tried_ms; // ms
} it;

enum { SETTLE_MS = 200, REMOVE_PAUSE_FIRST = 5, REMOVE_PAUSE_LAST = 1000, REMOVE_FOR_MS = 60000 };

static SELDOM struct report errors[ERRORS_MAX];
static SELDOM struct output_length outputs[CAPTURES_MAX];
static SELDOM char stat_text[1024];
static SELDOM struct cgroup_stats cgroup_stats;
static SELDOM char line_text[128 * 1024]; // holds the longest of all: 32 errors, each of the two paths 4095 bytes of escapes
static struct json line;

static struct bytes keep_bytes(struct bytes text) {
  if (text.at == NULL) return text;
  return (struct bytes){(const uint8_t *)kept_text(text), text.len};
}

static void add_error(struct report error) {
  if (it.end.error_count < ERRORS_MAX) errors[it.end.error_count++] = error;
}

static void keep_request(const struct start_request *request) {
  it.end.id = keep_bytes(request->id);
  it.end.only = keep_bytes(request->only);
  it.end.errors = errors;
  it.orphans = request->orphans;
  captures_make(&it.pump, request);
}

static void read_reports(void) {
  struct report report;
  while (it.reports >= 0) {
    ssize_t got = read(it.reports, &report, sizeof report);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) break;
    if (got != sizeof report) {
      close(it.reports);
      it.reports = -1;
    } else if (report.kind == REPORT_STARTED) {
      it.started = true;
      close(FD_LOCK);
    } else if (report.kind == REPORT_NO_CGROUP) {
      cgroups_drop(&it.cgroups);
      it.removed = true;
    } else {
      add_error(report);
    }
  }
}

static void reap_proc(void) {
  size_t stat_len = proc_read(it.end.pid, "stat", stat_text, sizeof stat_text);
  it.end.stat = (struct bytes){(const uint8_t *)stat_text, stat_len};
  wait4(it.end.pid, &it.end.status, __WALL, &it.end.usage);
  it.end.stop = clock_ns(CLOCK_REALTIME);
  it.end.elapsed = clock_ns(CLOCK_MONOTONIC) - it.mono;
  it.over = true;
  read_reports();
  struct proc_stat stat;
  bool never = proc_stat_parse(it.end.stat, &stat) && (stat.flags & TASK_NEVER_EXECED) != 0;
  // After a step that failed, the status is that of the set-up, not of the proc.
  it.end.has_status = it.end.error_count == 0 && (!never || WIFSIGNALED(it.end.status));
  if (never && it.end.error_count == 0) add_error((struct report){.stage = STAGE_START, .fd = -1, .error = EINTR});
}

static void reap(void) {
  for (;;) {
    siginfo_t ended = {0};
    if (waitid(P_ALL, 0, &ended, WEXITED | WNOHANG | WNOWAIT | __WALL) != 0) {
      if (errno == EINTR) continue;
      it.empty = errno == ECHILD;
      return;
    }
    if (ended.si_pid == 0) return;
    if (ended.si_pid == it.end.pid && !it.over) reap_proc();
    else waitpid(ended.si_pid, NULL, __WALL);
  }
}

static void signal_proc(int signum) {
  // Not reaped, so its pid cannot be another's.
  if (!it.over && it.end.pid > 0) kill(it.end.pid, signum);
}

// SIGKILL to all of the tree: by the cgroup at once, and to whatever has left it one by one.
static struct tree_pass kill_tree(void) {
  if (it.cgroups.count == 0) return tree_signal(SIGKILL);
  uint32_t alive = tree_signal(0).alive;
  if (!cgroups_kill(&it.cgroups)) return tree_signal(SIGKILL);
  struct tree_pass pass = tree_signal(SIGKILL);
  if (alive > pass.alive) pass.signalled += alive - pass.alive;
  return pass;
}

static void stop_tree(int signum, uint32_t grace, int64_t now) {
  if (grace != GRACE_FOREVER) stop_by(&it.stop, now + grace);
  if (signum == SIGKILL) it.end.killed += kill_tree().signalled;
  else tree_signal(signum);
}

static void obey(struct command command, int64_t now) {
  if (command.signum < 1 || command.signum > SIGNUM_LAST) return;
  if (command.what == COMMAND_SIGNAL_PROC) signal_proc(command.signum);
  if (command.what != COMMAND_STOP_TREE) return;
  stop_tree(command.signum, command.grace, now);
}

static bool stopping(void) { return it.stop.kill_at != NEVER; }

static bool nothing_left(void) { return it.empty && !it.populated; }

// After the proc's own end a timeout is about what is waited for.
static bool in_time(int64_t now) {
  bool waiting = it.orphans == ORPHANS_WAIT || stopping();
  return it.over && (nothing_left() || !waiting || it.stop.kill_at <= now);
}

static void look_at_clock(int64_t now) {
  if (it.owed || !timeout_comes(&it.timeout, now)) return;
  // It may have ended since.
  reap();
  if (in_time(now)) return;
  it.end.timed_out = true;
  stop_tree(it.timeout.signum, it.timeout.grace, now);
}

static void read_signals(int64_t now) {
  struct signalfd_siginfo info;
  bool child = false;
  while (read(FD_SIGNALS, &info, sizeof info) == (ssize_t)sizeof info) {
    if (info.ssi_signo == SIGCHLD) child = true;
    // Only what a launcher sent has a command in it.
    if (info.ssi_signo == COMMAND_SIGNAL && info.ssi_code == SI_QUEUE) obey(command_unpack(info.ssi_ptr), now);
  }
  if (child) reap();
}

// Something of the tree is left that is to end before the end line is written.
static bool more_to_end(void) {
  return !nothing_left() && !it.out_of_reach && (it.orphans != ORPHANS_KEEP || stopping());
}

// The kernel may say so a moment after the last process has been reaped; a process that somebody else put there stays.
static bool settling(int64_t now) {
  if (!it.empty || !it.populated) return false;
  if (it.settle_at == NEVER) it.settle_at = now + SETTLE_MS;
  return now < it.settle_at;
}

static void look_at_cgroup(void) {
  if (it.over) it.populated = cgroups_populated(&it.cgroups);
}

static void look_at_rest(int64_t now) {
  if (!it.over || it.owed) return;
  if (!it.counted && !it.empty) it.end.left = tree_signal(0).alive;
  it.counted = true;
  if (settling(now)) return;
  if (!nothing_left() && it.orphans == ORPHANS_KILL && !stopping()) stop_by(&it.stop, now);
  if (more_to_end()) return;
  it.owed = true;
  pump_owe(&it.pump);
}

static enum stop_result result_of(struct tree_pass pass) {
  if (pass.signalled > 0) return STOP_KILLED;
  return pass.found == 0 || pass.found > pass.dying + pass.alive ? STOP_OUTRUN : STOP_WAITING;
}

static void kill_rest(int64_t now) {
  if (nothing_left() || !stop_pass_due(&it.stop, now)) return;
  struct tree_pass pass = kill_tree();
  it.end.killed += pass.signalled;
  it.out_of_reach = pass.refused > 0 && pass.refused == pass.alive;
  stop_passed(&it.stop, result_of(pass), now);
}

static void make_end_line(void) {
  for (size_t i = 0; i < it.pump.count; i++) {
    const struct capture *capture = &it.pump.capture[i];
    outputs[i] = (struct output_length){.fd = capture->fd, .len = capture->len, .has_masks = capture->stream != NULL};
    if (capture->stream != NULL) outputs[i].masked = capture->stream->masked;
  }
  captures_report(&it.pump, add_error);
  it.end.outputs = outputs;
  it.end.output_count = it.pump.count;
  it.end.empty = nothing_left();
  it.end.by_cgroup = cgroups_prove(&it.cgroups);
  it.end.cgroup_failed = it.cgroups.failed;
  cgroup_stats_read(&it.cgroups, &cgroup_stats);
  it.end.cgroup = &cgroup_stats;
  it.end.perf = &it.perf;
  line = (struct json){line_text, line_text + sizeof line_text, false};
  record_end(&line, &it.end);
}

static void write_end_line(int64_t now) {
  if (it.written || !it.owed || !pump_paid(&it.pump) || now < it.write_at) return;
  if (line.at == NULL) make_end_line();
  it.written = journal_append(line_text, (size_t)(line.at - line_text));
  it.write_at = now + RETRY_MS;
  if (it.written && !it.started) close(FD_LOCK);
  if (it.written) close(FD_JOURNAL);
  if (it.written) perf_close(&it.perf);
  it.remove_at = now;
}

static bool removable(void) { return it.written && !it.removed && (cgroups_prove(&it.cgroups) ? !it.populated : it.empty); }

// Once nothing is in it. What a killed process still holds, or somebody else's process, may take a while.
static void remove_cgroup(int64_t now) {
  if (!removable() || now < it.remove_at) return;
  it.removed = cgroups_remove(&it.cgroups) || it.remove_tried_ms > REMOVE_FOR_MS;
  it.remove_pause = it.remove_pause == 0 ? REMOVE_PAUSE_FIRST : it.remove_pause * 2 < REMOVE_PAUSE_LAST ? it.remove_pause * 2 : REMOVE_PAUSE_LAST;
  it.remove_at = now + it.remove_pause;
  it.remove_tried_ms += it.remove_pause;
}

static bool finished(void) {
  return it.written && it.removed && !pump_open(&it.pump) && (nothing_left() || it.out_of_reach || !stopping());
}

static int timeout(int64_t now) {
  // A piece that waits for room is in the buffer, which is not given back before.
  int64_t due = it.pump.waiting == NULL ? it.pump.release_at : NEVER;
  if (!nothing_left() && stopping() && stop_next(&it.stop) < due) due = stop_next(&it.stop);
  if (!it.owed && it.timeout.at < due) due = it.timeout.at;
  if (!it.owed && it.empty && it.populated && it.settle_at > now && it.settle_at < due) due = it.settle_at;
  if (removable() && it.remove_at < due) due = it.remove_at;
  if (it.pump.waiting != NULL && it.pump.retry_at < due) due = it.pump.retry_at;
  if (it.owed && !it.written && pump_paid(&it.pump) && it.write_at < due) due = it.write_at;
  if (due == NEVER) return -1;
  int64_t wait = due - now;
  return wait < 0 ? 0 : wait > INT_MAX ? INT_MAX : (int)wait;
}

static void wait_for_something(void) {
  // What a cgroup.events says is new with POLLPRI.
  struct pollfd polled[3 + CAPTURES_MAX] = {{FD_SIGNALS, POLLIN, 0}, {it.reports, POLLIN, 0}, {it.over && it.populated ? it.cgroups.events : -1, POLLPRI, 0}};
  nfds_t count = 3;
  if (it.pump.waiting == NULL)
    for (size_t i = 0; i < it.pump.count; i++) polled[count++] = (struct pollfd){it.pump.capture[i].pipe, POLLIN, 0};
  poll(polled, count, timeout(clock_ms()));
}

static void become_monitor(void) {
  close_between(SPAWNER_FIRST, INT_MAX);
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  prctl(PR_SET_NAME, "procstar-mon");
}

static void begin(const struct start_request *request, const struct monitor_origin *origin) {
  it.stop = STOP_NONE;
  it.pump.release_at = NEVER;
  it.settle_at = NEVER;
  keep_request(request);
  cgroups_make(&it.cgroups, request, origin);
  it.removed = it.cgroups.count == 0;
  if (request->perf != 0) perf_open(&it.perf);
  struct launched launched = launch(request, origin, &it.pump, &it.cgroups, &it.perf);
  it.end.start = it.end.stop = launched.wall;
  it.mono = launched.mono;
  it.reports = launched.reports;
  it.end.pid = launched.pid;
  it.timeout = TIMEOUT_NONE;
  const struct timeout_request *asked = &request->timeout;
  if (request->has_timeout) it.timeout = (struct timeout){(int64_t)(launched.mono / 1000000U) + asked->after, asked->signum, asked->grace};
  if (launched.pid > 0) return;
  add_error(launched.error);
  it.over = it.empty = true;
}

_Noreturn void monitor_run(const struct start_request *request, const struct monitor_origin *origin) {
  become_monitor();
  begin(request, origin);
  memory_rest_stack();
  for (;;) {
    int64_t now = clock_ms();
    read_signals(now);
    read_reports();
    pump_turn(&it.pump, now);
    pump_rest(&it.pump, now);
    look_at_clock(now);
    look_at_cgroup();
    kill_rest(now);
    look_at_rest(now);
    write_end_line(now);
    remove_cgroup(now);
    if (finished()) _exit(0);
    wait_for_something();
  }
}
