#include "monitor.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"
#include "command.h"
#include "descriptors.h"
#include "journal.h"
#include "kernel.h"
#include "launch.h"
#include "procfs.h"
#include "pump.h"
#include "record.h"
#include "stop.h"
#include "tree.h"

// One proc. Static, so that a page is resident only once it is used.
static struct {
  struct end_record end;
  bool kill_orphans;
  bool started; // the start line is in the journal
  bool over;    // the proc has been reaped
  bool empty;   // there is no child left: of a subreaper, no descendant
  bool out_of_reach; // all that is left is another user's, so no stop can end it
  bool counted; // the descendants that the proc left have been counted
  bool owed;    // what is in the pipes has been noted, the end line comes next
  bool written; // the end line is in the journal
  uint64_t mono; // ns; start of the proc
  int reports;   // -1 at its end
  int64_t write_at; // ms; when to try the end line
  struct pump pump;
  struct stop stop;
} it;

static struct report errors[ERRORS_MAX];
static struct output_length outputs[CAPTURES_MAX];
static char kept[ID_MAX + 1 + (CAPTURES_MAX + 1) * (PATH_LONGEST + 1)]; // id, allowed file, output files
static char stat_text[1024], statm_text[256];
static char line_text[64 * 1024]; // holds the longest of all: 32 errors, each path 4095 bytes of escapes
static struct json line;

static const char *keep(struct bytes text) {
  static size_t used;
  char *copy = kept + used;
  memcpy(copy, text.at, text.len);
  copy[text.len] = 0;
  used += text.len + 1;
  return copy;
}

static struct bytes keep_bytes(struct bytes text) {
  if (text.at == NULL) return text;
  return (struct bytes){(const uint8_t *)keep(text), text.len};
}

static void add_error(struct report error) {
  if (it.end.error_count < ERRORS_MAX) errors[it.end.error_count++] = error;
}

static void keep_request(const struct start_request *request) {
  it.end.id = keep_bytes(request->id);
  it.end.only = keep_bytes(request->only);
  it.end.errors = errors;
  it.kill_orphans = request->kill_orphans;
  struct bytes fields = request->fields;
  struct field field;
  struct fd_action action;
  while (field_next(&fields, &field)) {
    if (field.tag != TAG_FD || !fd_action_parse(field.value, &action) || action.kind != FD_CAPTURE) continue;
    it.pump.capture[it.pump.count++] = (struct capture){.fd = action.fd, .pipe = -1, .file = -1, .path = keep(action.path)};
  }
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
    } else {
      add_error(report);
    }
  }
}

static void reap_proc(void) {
  size_t stat_len = proc_read(it.end.pid, "stat", stat_text, sizeof stat_text);
  size_t statm_len = proc_read(it.end.pid, "statm", statm_text, sizeof statm_text);
  it.end.stat = (struct bytes){(const uint8_t *)stat_text, stat_len};
  it.end.statm = (struct bytes){(const uint8_t *)statm_text, statm_len};
  wait4(it.end.pid, &it.end.status, __WALL, &it.end.usage);
  it.end.stop = clock_ns(CLOCK_REALTIME);
  it.end.elapsed = clock_ns(CLOCK_MONOTONIC) - it.mono;
  it.over = true;
  read_reports();
  struct proc_stat stat;
  bool never = proc_stat_parse(it.end.stat, &stat) && (stat.flags & TASK_NEVER_EXECED) != 0;
  it.end.executed = !never && it.end.error_count == 0;
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

static void obey(struct command command, int64_t now) {
  if (command.signum < 1 || command.signum > SIGNUM_LAST) return;
  if (command.what == COMMAND_SIGNAL_PROC) signal_proc(command.signum);
  if (command.what != COMMAND_STOP_TREE) return;
  if (command.grace != GRACE_FOREVER) stop_by(&it.stop, now + command.grace);
  struct tree_pass pass = tree_signal(command.signum);
  if (command.signum == SIGKILL) it.end.killed += pass.signalled;
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

static bool stopping(void) { return it.stop.kill_at != NEVER; }

// Something of the tree is left that is to end before the end line is written.
static bool more_to_end(void) { return !it.empty && !it.out_of_reach && (it.kill_orphans || stopping()); }

static void look_at_rest(int64_t now) {
  if (!it.over || it.owed) return;
  if (!it.counted && !it.empty) it.end.left = tree_signal(0).alive;
  it.counted = true;
  if (!it.empty && it.kill_orphans && !stopping()) stop_by(&it.stop, now);
  if (more_to_end()) return;
  it.owed = true;
  pump_owe(&it.pump);
}

static enum stop_result result_of(struct tree_pass pass) {
  if (pass.signalled > 0) return STOP_KILLED;
  return pass.found == 0 || pass.found > pass.dying + pass.alive ? STOP_OUTRUN : STOP_WAITING;
}

static void kill_rest(int64_t now) {
  if (it.empty || !stop_pass_due(&it.stop, now)) return;
  struct tree_pass pass = tree_signal(SIGKILL);
  it.end.killed += pass.signalled;
  it.out_of_reach = pass.refused > 0 && pass.refused == pass.alive;
  stop_passed(&it.stop, result_of(pass), now);
}

static void make_end_line(void) {
  for (size_t i = 0; i < it.pump.count; i++) {
    const struct capture *capture = &it.pump.capture[i];
    outputs[i] = (struct output_length){capture->fd, capture->len};
    if (capture->error != 0) add_error((struct report){.stage = STAGE_OUTPUT, .fd = capture->fd, .error = capture->error});
  }
  it.end.outputs = outputs;
  it.end.output_count = it.pump.count;
  it.end.empty = it.empty;
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
}

static bool finished(void) { return it.written && !pump_open(&it.pump) && (it.empty || it.out_of_reach || !stopping()); }

static int timeout(int64_t now) {
  int64_t due = it.pump.release_at;
  if (!it.empty && stopping() && stop_next(&it.stop) < due) due = stop_next(&it.stop);
  if (it.pump.waiting != NULL && it.pump.retry_at < due) due = it.pump.retry_at;
  if (it.owed && !it.written && pump_paid(&it.pump) && it.write_at < due) due = it.write_at;
  if (due == NEVER) return -1;
  int64_t wait = due - now;
  return wait < 0 ? 0 : wait > INT_MAX ? INT_MAX : (int)wait;
}

static void wait_for_something(void) {
  struct pollfd polled[2 + CAPTURES_MAX] = {{FD_SIGNALS, POLLIN, 0}, {it.reports, POLLIN, 0}};
  nfds_t count = 2;
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
  keep_request(request);
  struct launched launched = launch(request, origin, &it.pump);
  it.end.start = it.end.stop = launched.wall;
  it.mono = launched.mono;
  it.reports = launched.reports;
  it.end.pid = launched.pid;
  if (launched.pid > 0) return;
  add_error(launched.error);
  it.over = it.empty = true;
}

_Noreturn void monitor_run(const struct start_request *request, const struct monitor_origin *origin) {
  become_monitor();
  begin(request, origin);
  for (;;) {
    int64_t now = clock_ms();
    read_signals(now);
    read_reports();
    pump_turn(&it.pump, now);
    pump_rest(&it.pump, now);
    kill_rest(now);
    look_at_rest(now);
    write_end_line(now);
    if (finished()) _exit(0);
    wait_for_something();
  }
}
