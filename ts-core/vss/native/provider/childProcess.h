/* The core, started from the DLL's own folder. It gets two pipes and no other handle of the host. */
#pragma once
#include <memory>

#include "handle.h"

class ChildProcess {
 public:
  /* Nothing if it could not be started. */
  static std::unique_ptr<ChildProcess> start();

  HANDLE input() const { return input_.get(); }   /* overlapped */
  HANDLE output() const { return output_.get(); } /* overlapped */

  /* It is told to end and may take its time, for a removal that it is at: from here on it outlives the host. */
  void end_input();
  void kill();

 private:
  Handle input_, output_, process_;
  Handle job_; /* closed with the host, however that ends, and then kills what is in it */

  bool make_job();
  bool launch(HANDLE their_input, HANDLE their_output);
};
