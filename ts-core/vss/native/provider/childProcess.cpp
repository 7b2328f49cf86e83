#include "childProcess.h"

#include <string>

#include "module.h"
#include "pipe.h"

namespace {

/* Inherits the handles that are listed, and those only. */
class InheritedHandles {
 public:
  explicit InheritedHandles(HANDLE input, HANDLE output) : handles_{input, output} {
    SIZE_T size = 0;
    InitializeProcThreadAttributeList(nullptr, 1, 0, &size);
    room_.resize(size);
    auto list = reinterpret_cast<LPPROC_THREAD_ATTRIBUTE_LIST>(room_.data());
    if (!InitializeProcThreadAttributeList(list, 1, 0, &size)) return;
    list_ = list;
    complete_ = UpdateProcThreadAttribute(list, 0, PROC_THREAD_ATTRIBUTE_HANDLE_LIST, handles_, sizeof handles_,
                                          nullptr, nullptr);
  }
  InheritedHandles(const InheritedHandles &) = delete;
  ~InheritedHandles() {
    if (list_) DeleteProcThreadAttributeList(list_);
  }

  /* Nothing if it could not be made. */
  LPPROC_THREAD_ATTRIBUTE_LIST list() const { return complete_ ? list_ : nullptr; }

 private:
  HANDLE handles_[2];
  std::string room_;
  LPPROC_THREAD_ATTRIBUTE_LIST list_ = nullptr;
  BOOL complete_ = FALSE;
};

bool limit(HANDLE job, DWORD flags) {
  JOBOBJECT_EXTENDED_LIMIT_INFORMATION limits = {};
  limits.BasicLimitInformation.LimitFlags = flags;
  return SetInformationJobObject(job, JobObjectExtendedLimitInformation, &limits, sizeof limits);
}

}  // namespace

std::unique_ptr<ChildProcess> ChildProcess::start() {
  auto child = std::make_unique<ChildProcess>();
  Pipe in = make_pipe(Direction::to_child), out = make_pipe(Direction::from_child);
  if (!in.ours || !in.theirs || !out.ours || !out.theirs || !child->make_job()) return nullptr;
  child->input_ = std::move(in.ours);
  child->output_ = std::move(out.ours);
  return child->launch(in.theirs.get(), out.theirs.get()) ? std::move(child) : nullptr;
}

bool ChildProcess::make_job() {
  job_ = Handle(CreateJobObjectW(nullptr, nullptr));
  return job_ && limit(job_.get(), JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE);
}

bool ChildProcess::launch(HANDLE their_input, HANDLE their_output) {
  InheritedHandles inherited(their_input, their_output);
  if (!inherited.list()) return false;
  STARTUPINFOEXW start = {};
  start.StartupInfo.cb = sizeof start;
  start.StartupInfo.dwFlags = STARTF_USESTDHANDLES;
  start.StartupInfo.hStdInput = their_input;
  start.StartupInfo.hStdOutput = their_output;
  start.lpAttributeList = inherited.list();
  std::wstring program = module_folder() + L"qnap-snapshot-core.exe", line = L"\"" + program + L"\" vss-provider";
  constexpr DWORD flags = CREATE_NO_WINDOW | CREATE_SUSPENDED | EXTENDED_STARTUPINFO_PRESENT;
  PROCESS_INFORMATION made = {};
  if (!CreateProcessW(program.c_str(), line.data(), nullptr, nullptr, TRUE, flags, nullptr, nullptr, &start.StartupInfo,
                      &made))
    return false;
  process_ = Handle(made.hProcess);
  Handle thread(made.hThread);
  if (AssignProcessToJobObject(job_.get(), process_.get()) && ResumeThread(thread.get()) != DWORD(-1)) return true;
  TerminateProcess(process_.get(), 1);
  return false;
}

void ChildProcess::end_input() {
  limit(job_.get(), 0);
  input_.close();
}

void ChildProcess::kill() { TerminateJobObject(job_.get(), 1); }
