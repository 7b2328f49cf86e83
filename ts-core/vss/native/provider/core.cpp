#include "core.h"

#include <vss.h>
#include <vsserror.h>

#include "hresults.h"
#include "lock.h"

namespace {

std::wstring reason_of(const Answer &answer, const Method &method) {
  if (answer.outcome == Answer::Outcome::late)
    return L"the core did not answer within " + std::to_wstring(method.timeout_ms) + L" ms";
  if (answer.outcome == Answer::Outcome::lost) return L"the core is not running, or ended before it answered";
  const json::Value *message = answer.value.find("message", json::Kind::string);
  return message ? json::wide(message->string) : L"the core gave no reason";
}

HRESULT hresult_of(const Answer &answer) {
  const json::Value *hr = answer.value.find("hr", json::Kind::number);
  return answer.outcome == Answer::Outcome::answered && hr ? allowed_hresult(hr->number) : VSS_E_PROVIDER_VETO;
}

}  // namespace

std::shared_ptr<Core> Core::shared() {
  static SRWLOCK lock = SRWLOCK_INIT;
  static std::weak_ptr<Core> known;
  Lock held(lock);
  auto core = known.lock();
  if (!core) known = core = std::make_shared<Core>();
  return core;
}

Result Core::ask(const Method &method, const GUID *set, const WriteArguments &write_arguments) {
  if (method.volumes == Volumes::frozen) events_.hold();
  auto connection = connection_for(method, set);
  Answer answer{Answer::Outcome::lost, {}};
  if (connection) answer = connection->ask(method.name, method.timeout_ms, write_arguments);
  HRESULT hr = hresult_of(answer);
  if (hr != S_OK) report(method, set, hr, reason_of(answer, method));
  if (method.volumes == Volumes::thawed) events_.release();
  return {hr, std::move(answer.value)};
}

void Core::report(const Method &method, const GUID *set, HRESULT hr, const std::wstring &reason) {
  events_.report(refusal_text(method.name, set, hr, reason));
}

std::shared_ptr<Connection> Core::connection_for(const Method &method, const GUID *set) {
  Lock lock(lock_);
  if (method.route == Route::any_core) return usable();
  if (method.route == Route::same_set) return !set || *set == set_ ? of_set_ : current_;
  if (*set != set_ || !of_set_) {
    set_ = *set;
    of_set_ = usable();
  }
  return of_set_;
}

std::shared_ptr<Connection> Core::usable() {
  if (current_ && current_->is_usable()) return current_;
  if (current_) current_->kill();
  return current_ = Connection::open();
}

void Core::end() {
  Lock lock(lock_);
  current_ = of_set_ = nullptr;
  set_ = {};
}
