/*
 * qvss-coordinator.exe: plays VSS towards the provider, as the test says by lines over the channel (see
 * coordinator.ts).
 * {"do":"load","dll"} {"do":"connect"} {"do":"set","context","finalsFirst","volumes"} {"do":"remove"}
 * {"do":"call",...} {"do":"release"}: each is answered by {"event":"done","hr",...}.
 */
#include <objbase.h>
#include <vsserror.h>

#include <memory>

#include "rawCall.h"
#include "shadowCopySet.h"
#include "toldSurroundings.h"

namespace {

class Coordinator {
 public:
  void run() {
    for (;;) {
      json::Value command = channel_.listen();
      channel_.say(obey(command));
    }
  }

 private:
  Channel channel_;
  ToldSurroundings surroundings_{channel_};
  Provider provider_;
  std::unique_ptr<ShadowCopySet> set_;

  static json::Writer done(HRESULT hr) {
    json::Writer line;
    line.open('{').member("event", "done").member("hr", static_cast<unsigned long>(hr));
    return line;
  }

  json::Writer obey(const json::Value &command) {
    const json::Value *verb = command.find("do", json::Kind::string);
    std::string wanted = verb ? verb->string : "";
    if (wanted == "load") return done(provider_.load(dll(command).c_str())).close('}');
    if (wanted == "connect") return done(provider_.connect()).close('}');
    if (wanted == "set") return create(command);
    if (wanted == "remove") set_->remove();
    if (wanted == "call") return call_raw(provider_, command);
    if (wanted == "release") return done(S_OK).member("references", provider_.release()).close('}');
    return done(S_OK).close('}');
  }

  static std::wstring dll(const json::Value &command) {
    const json::Value *path = command.find("dll", json::Kind::string);
    return json::wide(path ? path->string : "");
  }

  json::Writer create(const json::Value &command) {
    const json::Value *context = command.find("context", json::Kind::number);
    const json::Value *finals_first = command.find("finalsFirst", json::Kind::boolean);
    set_ = std::make_unique<ShadowCopySet>(
        provider_, surroundings_, context ? static_cast<LONG>(static_cast<ULONG>(context->number)) : 0,
        finals_first && finals_first->boolean ? Order::finals_first : Order::targets_first);
    HRESULT hr = add_all(command);
    if (hr == S_OK) hr = set_->create();
    json::Writer line = done(hr);
    write_guid(line.name("setId"), set_->id());
    return line.member("phase", set_->phase()).close('}');
  }

  HRESULT add_all(const json::Value &command) {
    const json::Value *volumes = command.find("volumes", json::Kind::array);
    HRESULT hr = volumes ? S_OK : E_INVALIDARG;
    for (size_t i = 0; hr == S_OK && i < volumes->items.size(); i++) {
      VSS_ID snapshot_id;
      hr = set_->add(json::wide(volumes->items[i].string).c_str(), snapshot_id);
    }
    return hr;
  }
};

}  // namespace

int main() {
  CoInitializeEx(nullptr, COINIT_MULTITHREADED);
  Coordinator().run();
}
