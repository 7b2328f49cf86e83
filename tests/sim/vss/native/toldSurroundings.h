/* Everything around a shadow copy set as the test at the other end of the channel tells it. */
#pragma once
#include "channel.h"
#include "surroundings.h"

class ToldSurroundings : public Surroundings {
 public:
  explicit ToldSurroundings(Channel &channel) : channel_(channel) {}

  std::vector<Disk> disks_of(const wchar_t *volume) override;
  void reach(const char *moment) override;
  std::vector<Disk> rescan(const std::vector<VDS_LUN_INFORMATION> &shown) override;
  void returned(const char *method, HRESULT hr, double ms) override;

 private:
  Channel &channel_;
};
