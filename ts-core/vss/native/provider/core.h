/* The core behind all provider objects of this process: started when it is needed, replaced when it is dead or hangs.
 */
#pragma once
#include "connection.h"
#include "eventLog.h"
#include "methods.h"

struct Result {
  HRESULT hr;
  json::Value answer;
};

class Core {
 public:
  /* The process's one core, while anybody holds it. */
  static std::shared_ptr<Core> shared();

  /* What the core said, if VSS allows it; VSS_E_PROVIDER_VETO for everything else, and where nothing came in time. */
  Result ask(const Method &method, const GUID *set, const WriteArguments &write_arguments);
  /* Ends the core's input; the next request starts another. */
  void end();
  void report(const Method &method, const GUID *set, HRESULT hr, const std::wstring &reason);

 private:
  SRWLOCK lock_ = SRWLOCK_INIT;
  std::shared_ptr<Connection> current_, of_set_;
  GUID set_ = {};
  EventLog events_;

  std::shared_ptr<Connection> connection_for(const Method &method, const GUID *set);
  std::shared_ptr<Connection> usable();
};
